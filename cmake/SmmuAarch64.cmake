# Builds freestanding AArch64 programs for the modelled CPU with the cross compiler of the host system.

find_program(SMMU_AARCH64_CXX aarch64-linux-gnu-g++)
find_program(SMMU_AARCH64_OBJCOPY aarch64-linux-gnu-objcopy)
mark_as_advanced(SMMU_AARCH64_CXX SMMU_AARCH64_OBJCOPY)

# The modelled core is Armv8.0 (no LSE atomics); code runs before the MMU is on, hence strict alignment.
set(SMMU_AARCH64_FLAGS
    -std=c++17 -O2 -g -march=armv8-a -mno-outline-atomics -mstrict-align
    -ffreestanding -nostdlib -static -fno-pic -no-pie -fno-exceptions -fno-rtti -fno-stack-protector
    -fno-threadsafe-statics -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)

# smmu_aarch64_binary(firmware SOURCES a.cpp b.S LINKER_SCRIPT link.ld [INCLUDES dir...] [FLAGS ...]
#                     [DEPENDS file...])
#
# makes target `firmware`: <build>/firmware.elf and, for loaders that copy bytes, firmware.bin.  The target properties
# SMMU_ELF and SMMU_BIN hold their paths.  Sources are compiled one by one, so only what changed is built again;
# DEPENDS names files that assembly sources include as data.
# Without a cross compiler the target does not exist: ask `if(TARGET firmware)`.
function(smmu_aarch64_binary name)
    cmake_parse_arguments(B "" "LINKER_SCRIPT" "SOURCES;INCLUDES;FLAGS;DEPENDS" ${ARGN})
    if(NOT SMMU_AARCH64_CXX OR NOT SMMU_AARCH64_OBJCOPY)
        message(STATUS "${name} is not built: install g++-aarch64-linux-gnu, which compiles for the modelled CPU.")
        return()
    endif()

    set(includes -I${PROJECT_SOURCE_DIR} -I${PROJECT_SOURCE_DIR}/models)
    foreach(folder IN LISTS B_INCLUDES)
        get_filename_component(folder ${folder} ABSOLUTE)
        list(APPEND includes -I${folder})
    endforeach()

    set(work ${CMAKE_CURRENT_BINARY_DIR}/${name}.dir)
    file(MAKE_DIRECTORY ${work})
    set(objects)
    foreach(source IN LISTS B_SOURCES)
        get_filename_component(source ${source} ABSOLUTE)
        file(RELATIVE_PATH object ${PROJECT_SOURCE_DIR} ${source})
        string(REPLACE "/" "_" object ${object})
        set(object ${work}/${object}.o)
        set(data)
        if(source MATCHES "\\.S$")
            set(data ${B_DEPENDS})
        endif()
        add_custom_command(OUTPUT ${object}
            COMMAND ${SMMU_AARCH64_CXX} ${SMMU_AARCH64_FLAGS} ${B_FLAGS} ${includes}
                    -MD -MT ${object} -MF ${object}.d -c ${source} -o ${object}
            DEPENDS ${source} ${data} DEPFILE ${object}.d
            COMMENT "AArch64: ${object}" VERBATIM)
        list(APPEND objects ${object})
    endforeach()

    get_filename_component(script ${B_LINKER_SCRIPT} ABSOLUTE)
    set(elf ${CMAKE_CURRENT_BINARY_DIR}/${name}.elf)
    set(bin ${CMAKE_CURRENT_BINARY_DIR}/${name}.bin)
    add_custom_command(OUTPUT ${elf} ${bin}
        COMMAND ${SMMU_AARCH64_CXX} ${SMMU_AARCH64_FLAGS} ${B_FLAGS} -Wl,--gc-sections -Wl,--build-id=none
                -Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments -T ${script} ${objects} -o ${elf} -lgcc
        COMMAND ${SMMU_AARCH64_OBJCOPY} -O binary ${elf} ${bin}
        DEPENDS ${objects} ${script}
        COMMENT "AArch64: ${name}.elf" VERBATIM)
    add_custom_target(${name} ALL DEPENDS ${elf} ${bin})
    set_target_properties(${name} PROPERTIES SMMU_ELF ${elf} SMMU_BIN ${bin})
endfunction()
