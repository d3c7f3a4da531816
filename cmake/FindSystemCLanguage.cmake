# Finds SystemC as SystemC::systemc, with or without its own CMake package.
#
# Accellera's CMake builds install a package "SystemCLanguage"; Debian's libsystemc-dev installs headers and a
# library only.  SYSTEMC_HOME (variable or environment) names an installation outside the usual places.
# Result: target SystemC::systemc, SystemCLanguage_VERSION, SystemC_CXX_STANDARD (what the library was built with).

find_package(SystemCLanguage CONFIG QUIET)
if(NOT TARGET SystemC::systemc)
    find_path(SystemC_INCLUDE_DIR sysc/kernel/sc_ver.h HINTS ${SYSTEMC_HOME} ENV SYSTEMC_HOME PATH_SUFFIXES include)
    find_library(SystemC_LIBRARY systemc HINTS ${SYSTEMC_HOME} ENV SYSTEMC_HOME
                 PATH_SUFFIXES lib lib64 lib-linux64)
    mark_as_advanced(SystemC_INCLUDE_DIR SystemC_LIBRARY)

    if(SystemC_INCLUDE_DIR)
        file(STRINGS ${SystemC_INCLUDE_DIR}/sysc/kernel/sc_ver.h lines
             REGEX "#define SC_VERSION_(MAJOR|MINOR|PATCH) +[0-9]+")
        string(REGEX REPLACE "[^0-9;]" "" SystemCLanguage_VERSION "${lines}")
        string(REPLACE ";" "." SystemCLanguage_VERSION "${SystemCLanguage_VERSION}")
    endif()

    include(FindPackageHandleStandardArgs)
    find_package_handle_standard_args(SystemCLanguage
        REQUIRED_VARS SystemC_LIBRARY SystemC_INCLUDE_DIR VERSION_VAR SystemCLanguage_VERSION
        REASON_FAILURE_MESSAGE "install libsystemc-dev, or set SYSTEMC_HOME to a SystemC installation")

    if(SystemCLanguage_FOUND)
        find_package(Threads REQUIRED)
        add_library(SystemC::systemc UNKNOWN IMPORTED)
        set_target_properties(SystemC::systemc PROPERTIES
            IMPORTED_LOCATION ${SystemC_LIBRARY}
            INTERFACE_INCLUDE_DIRECTORIES ${SystemC_INCLUDE_DIR}
            INTERFACE_LINK_LIBRARIES Threads::Threads)

        # The library refuses to link with objects of another C++ standard; the linker's words for it are obscure.
        if(CMAKE_NM)
            execute_process(COMMAND ${CMAKE_NM} -D ${SystemC_LIBRARY} OUTPUT_VARIABLE symbols ERROR_QUIET)
            if(symbols MATCHES "sc_api_version_[0-9_]+cxx20([0-9][0-9])")
                set(SystemC_CXX_STANDARD ${CMAKE_MATCH_1})
                if(CMAKE_CXX_STANDARD AND NOT CMAKE_CXX_STANDARD EQUAL SystemC_CXX_STANDARD)
                    message(FATAL_ERROR "${SystemC_LIBRARY} was built as C++${SystemC_CXX_STANDARD}: set "
                            "CMAKE_CXX_STANDARD to ${SystemC_CXX_STANDARD} (it is ${CMAKE_CXX_STANDARD})")
                endif()
            endif()
        endif()
    endif()
endif()
