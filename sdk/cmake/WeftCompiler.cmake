# How this repository compiles: warnings, sanitizers, ccache. Not installed: a stranger's plugin brings its own taste.

find_program(WEFT_CCACHE ccache)
foreach(language C CXX)
    if(WEFT_CCACHE AND NOT DEFINED CMAKE_${language}_COMPILER_LAUNCHER)
        # Without these it keeps nothing that uses precompiled headers.
        set(CMAKE_${language}_COMPILER_LAUNCHER
            "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${WEFT_CCACHE}")
    endif()
endforeach()

add_library(weft_warnings INTERFACE)
add_library(weft::warnings ALIAS weft_warnings)
target_compile_options(weft_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion
    $<$<BOOL:${WEFT_WERROR}>:-Werror>
    # Clang counts it to -Wconversion and GCC does not: both compilers shall want the same of us.
    $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>
    # GCC 12 reports std::string's operator+ inside libstdc++ itself (GCC bug 105651).
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>)

if(WEFT_SANITIZE)
    # Flow-dependent warnings guess wrongly in instrumented code, as GCC's manual says of -fsanitize.
    add_compile_options(-fsanitize=${WEFT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1
        $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
    add_link_options(-fsanitize=${WEFT_SANITIZE})
endif()

if(WEFT_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "WEFT_FUZZ needs Clang (libFuzzer), this is ${CMAKE_CXX_COMPILER_ID}: use the preset `fuzz`")
    endif()
    # Coverage feedback for everything; only the fuzzers themselves get libFuzzer's main.
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
