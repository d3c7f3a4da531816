# Compiles headers, each alone, and sources as freestanding C++17 for AArch64: no library but <stdint.h> and <stddef.h>.
#   cmake -D COMPILER=clang++ -D FOLDER=boards -P freestanding.cmake        (run at the root of the sources)
set(flags -std=c++17 -ffreestanding -fno-exceptions -fno-rtti -nostdinc++
          -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fsyntax-only -I . -I models)
if(COMPILER MATCHES "clang")
    list(APPEND flags --target=aarch64-none-elf -Wno-unknown-pragmas)  # those of GCC
endif()

file(GLOB_RECURSE files RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${FOLDER}/*.h ${FOLDER}/*.cpp)
list(FILTER files EXCLUDE REGEX "/port/host/")
if(NOT files)
    message(FATAL_ERROR "no headers or sources in ${FOLDER}")
endif()

foreach(file IN LISTS files)
    if(file MATCHES "\\.h$")
        set(input -include ${file} -x c++ /dev/null)
    else()
        set(input ${file})
    endif()
    execute_process(COMMAND ${COMPILER} ${flags} ${input} RESULT_VARIABLE status ERROR_VARIABLE words)
    if(NOT status EQUAL 0)
        message(SEND_ERROR "${file} is not freestanding:\n${words}")
    endif()
endforeach()
