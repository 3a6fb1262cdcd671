# How tests join CTest.
#
# weft_add_test(<binary> SOURCES a_test.cpp … [LIBS target …] [TIMEOUT seconds] [LABELS label …] [WHOLE "A sentence"])
#     One GoogleTest binary, build/tests/<binary>; each of its tests is a CTest test, so that `ctest -N` lists sentences. Few
#     binaries with many files each: every binary links and starts on its own. Includes are relative to the root of the repository
#     ("kernel/document/document.hpp") or to tests/ ("support/simulation.hpp"). The macros WEFT_SOURCE_DIR and WEFT_BUILD_DIR are strings, WEFT_TIMEOUT_FACTOR is 1, or 5 in sanitizer builds.
#     WHOLE: the binary is one CTest test of that name, because its tests share something that is slow to start.
#
# weft_add_script_test(NAME "A sentence" COMMAND program … [TIMEOUT seconds] [LABELS label …])
#     A test that is a program of its own; the environment names WEFT_SOURCE_DIR and WEFT_BUILD_DIR.
#
# weft_code_of_tests(<target>)
#     For libraries, plugins and programs of tests: what weft_add_test does for its own sources.
#
# weft_add_fuzzer(<binary> SOURCES a_fuzzer.cpp … [LIBS target …])
#     A libFuzzer program (LLVMFuzzerTestOneInput), build-fuzz/fuzzers/<binary>. For `./dev fuzz` only.
#
# Labels with a meaning here
#     soak    The test also has a long form: it reads WEFT_SOAK=1 and runs longer. It appears twice, bounded (always) and as
#             "soak: …" (only in `./dev soak`, up to four hours).
#     nosan   Left out of sanitizer builds; say beside it why.
#     alone   Runs with no other test at the same time: measures time or takes the whole machine.

include_guard(GLOBAL)
include(GoogleTest)

set(WEFT_SOAK_TIMEOUT 14400)
# Instrumented code is several times slower, and a limit is there to end what hangs.
set(WEFT_TIMEOUT_FACTOR 1)
if(WEFT_SANITIZE)
    set(WEFT_TIMEOUT_FACTOR 5)
endif()

function(weft_add_test binary)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT;WHOLE" "SOURCES;LIBS;LABELS")
    if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "weft_add_test(${binary}): wants SOURCES, may have LIBS, TIMEOUT, LABELS, WHOLE; got: ${ARGN}")
    endif()
    add_executable(${binary} ${arg_SOURCES})
    target_include_directories(${binary} PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/tests")
    target_compile_definitions(${binary} PRIVATE
        WEFT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" WEFT_BUILD_DIR="${PROJECT_BINARY_DIR}"
        WEFT_TIMEOUT_FACTOR=${WEFT_TIMEOUT_FACTOR})
    weft_code_of_tests(${binary})
    target_link_libraries(${binary} PRIVATE weft::sdk ${arg_LIBS} weft_warnings GTest::gmock GTest::gtest_main)
    # Tests have helpers whose names others have too: few share a file.
    set_target_properties(${binary} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests" UNITY_BUILD_BATCH_SIZE 6 WEFT_CODE_OF_TESTS test)

    if(arg_WHOLE)
        weft_add_script_test(NAME "${arg_WHOLE}" COMMAND ${binary} TIMEOUT ${arg_TIMEOUT} LABELS ${arg_LABELS})
        return()
    endif()
    _weft_test_properties(bounded soak)
    gtest_discover_tests(${binary} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES ${bounded})
    if(soak)
        gtest_discover_tests(${binary} TEST_PREFIX "soak: " TEST_LIST ${binary}_soak
            DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES ${soak})
    endif()
endfunction()

# Code that only tests run is not optimised: compiling it well costs more than it gives. What is under test is compiled as it ships.
function(weft_code_of_tests target)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0>)
    set_target_properties(${target} PROPERTIES WEFT_CODE_OF_TESTS part)
endfunction()

function(weft_add_script_test)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TIMEOUT" "COMMAND;LABELS")
    if(NOT arg_NAME OR NOT arg_COMMAND OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "weft_add_script_test: wants NAME and COMMAND, may have TIMEOUT, LABELS; got: ${ARGN}")
    endif()
    _weft_test_properties(bounded soak)
    set(folders "WEFT_SOURCE_DIR=set:${PROJECT_SOURCE_DIR}" "WEFT_BUILD_DIR=set:${PROJECT_BINARY_DIR}")
    add_test(NAME "${arg_NAME}" COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
    set_tests_properties("${arg_NAME}" PROPERTIES ${bounded} ENVIRONMENT_MODIFICATION "${folders}" LABELS "${arg_LABELS}")
    if(soak)
        add_test(NAME "soak: ${arg_NAME}" COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
        set_tests_properties("soak: ${arg_NAME}" PROPERTIES ${soak} ENVIRONMENT_MODIFICATION "${folders}")
    endif()
endfunction()

function(weft_add_fuzzer binary)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS")
    if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "weft_add_fuzzer(${binary}): wants SOURCES, may have LIBS; got: ${ARGN}")
    endif()
    add_executable(${binary} ${arg_SOURCES})
    target_include_directories(${binary} PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/tests")
    target_link_libraries(${binary} PRIVATE weft::sdk ${arg_LIBS} weft_warnings)
    target_link_options(${binary} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${binary} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/fuzzers")
    add_dependencies(fuzzers ${binary})
endfunction()

# From TIMEOUT and LABELS of the caller: in `bounded_out` the properties of the test, in `soak_out` those of its long form, or nothing.
macro(_weft_test_properties bounded_out soak_out)
    set(seconds 60)
    if(arg_TIMEOUT)
        set(seconds ${arg_TIMEOUT})
    endif()
    math(EXPR seconds "${seconds} * ${WEFT_TIMEOUT_FACTOR}")
    set(${bounded_out} TIMEOUT ${seconds})
    set(${soak_out} "")
    if("alone" IN_LIST arg_LABELS)
        list(APPEND ${bounded_out} RUN_SERIAL ON)
    endif()
    if("soak" IN_LIST arg_LABELS)
        list(REMOVE_ITEM arg_LABELS soak)
        set(${soak_out} TIMEOUT ${WEFT_SOAK_TIMEOUT} RUN_SERIAL ON LABELS soak ENVIRONMENT WEFT_SOAK=1)
    endif()
    # Once for each: CTest adds them up, and a list would not survive the lists it passes through.
    foreach(label IN LISTS arg_LABELS)
        list(APPEND ${bounded_out} LABELS ${label})
    endforeach()
endmacro()
