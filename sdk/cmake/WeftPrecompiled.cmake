# weft_use_precompiled_headers()
#     Called when all targets are known. Reading the standard library is a third of what a fresh build does: every target of this
#     repository shares what was read once, by three kinds of code that a compiler keeps apart (as they ship, tests' libraries, tests).
#
# Only with GCC, and only where files are compiled in groups: a build of one file at a time, as the preset `debug` does, finds the
# include that a file has forgotten.

include_guard(GLOBAL)
option(WEFT_PRECOMPILED_HEADERS "Read the standard library once for all targets" OFF)

set(_weft_precompiled_folder "${CMAKE_CURRENT_LIST_DIR}/precompiled")

function(weft_use_precompiled_headers)
    if(NOT WEFT_PRECOMPILED_HEADERS OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        return()
    endif()
    _weft_add_precompiled(weft_precompiled standard.hpp "")
    _weft_add_precompiled(weft_precompiled_test_parts standard.hpp "-O0")
    if(BUILD_TESTING)
        _weft_add_precompiled(weft_precompiled_tests tests.hpp "-O0")
        set_target_properties(weft_precompiled_tests PROPERTIES POSITION_INDEPENDENT_CODE OFF)
        target_compile_options(weft_precompiled_tests PRIVATE -fPIE)
        target_link_libraries(weft_precompiled_tests PRIVATE GTest::gmock)
    endif()
    _weft_all_targets("${PROJECT_SOURCE_DIR}" targets)
    foreach(target IN LISTS targets)
        _weft_choose_precompiled(${target} chosen)
        if(chosen)
            target_precompile_headers(${target} REUSE_FROM ${chosen})
        endif()
    endforeach()
endfunction()

function(_weft_add_precompiled name header optimisation)
    add_library(${name} OBJECT "${_weft_precompiled_folder}/empty.cpp")
    target_precompile_headers(${name} PRIVATE "${_weft_precompiled_folder}/${header}")
    target_link_libraries(${name} PRIVATE weft_warnings)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:${optimisation}>)
endfunction()

# Nothing for programs that are no tests: they are few, and compiled as the others are not (-fPIE). Nothing for C
# and for what is compiled by another standard.
function(_weft_choose_precompiled target out)
    set(${out} "" PARENT_SCOPE)
    get_target_property(type ${target} TYPE)
    get_target_property(sources ${target} SOURCES)
    get_target_property(standard ${target} CXX_STANDARD)
    get_target_property(kind ${target} WEFT_CODE_OF_TESTS)
    if(target MATCHES "^weft_precompiled" OR NOT type MATCHES "^(STATIC_LIBRARY|MODULE_LIBRARY|EXECUTABLE)$" OR sources MATCHES "\\.c(;|$)" OR
       NOT standard EQUAL CMAKE_CXX_STANDARD)
        return()
    elseif(kind STREQUAL "test")
        set(${out} weft_precompiled_tests PARENT_SCOPE)
    elseif(NOT type STREQUAL "EXECUTABLE")
        if(kind STREQUAL "part")
            set(${out} weft_precompiled_test_parts PARENT_SCOPE)
        else()
            set(${out} weft_precompiled PARENT_SCOPE)
        endif()
    endif()
endfunction()

function(_weft_all_targets folder out)
    get_property(all DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
    get_property(below DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
    foreach(part IN LISTS below)
        _weft_all_targets("${part}" more)
        list(APPEND all ${more})
    endforeach()
    set(${out} "${all}" PARENT_SCOPE)
endfunction()
