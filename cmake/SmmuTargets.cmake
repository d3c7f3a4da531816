# How this project declares its targets: one kind of library, one set of warnings, one output folder.

if(PROJECT_IS_TOP_LEVEL)
    if(NOT CMAKE_BUILD_TYPE)
        set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug or RelWithDebInfo" FORCE)
    endif()
    set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endif()

# Debian's libsystemc is a C++17 library and says so in its ABI symbol.
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

# Warnings are for our own sources; they never reach a user of the targets.
add_library(smmu_warnings INTERFACE)
target_compile_options(smmu_warnings INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Werror>)

# smmu_library(smmuv3 core SOURCES ... USES ...) makes target smmuv3_core, known as smmuv3::core.
function(smmu_library name)
    cmake_parse_arguments(LIB "" "" "SOURCES;USES" ${ARGN})
    set(target smmuv3_${name})
    if(LIB_SOURCES)
        add_library(${target} ${LIB_SOURCES})
        set(scope PUBLIC)
        target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:smmu_warnings>)
    else()
        add_library(${target} INTERFACE)
        set(scope INTERFACE)
    endif()
    add_library(smmuv3::${name} ALIAS ${target})
    target_compile_features(${target} ${scope} cxx_std_17)
    target_link_libraries(${target} ${scope} ${LIB_USES})
    target_include_directories(${target} ${scope}
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/models>)
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
endfunction()
