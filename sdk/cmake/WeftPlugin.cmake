# weft_add_plugin(<seam> <name>
#     SOURCES plugin.cpp …      what only the .so holds: the entry symbol
#     [ENGINE  work.cpp …]      the work, also as the static library weft_<seam>_<name>, for unit tests and benchmarks
#     [LIBS    target …])       what it links beside weft::sdk
#
# Builds the module weft_<seam>_<name>_plugin: <build>/plugins/<seam>/<name>.so, found there by the server beside it. It sees the
# SDK and LIBS and nothing else, so an include of the kernel does not compile.

include_guard(GLOBAL)

set(WEFT_PLUGIN_VERSION_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/weft_plugin.map")

function(weft_add_plugin seam name)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;ENGINE;LIBS")
    _weft_check_plugin_arguments()

    set(engine weft_${seam}_${name})
    set(plugin ${engine}_plugin)
    add_library(${plugin} MODULE ${arg_SOURCES})
    set(targets ${plugin})
    if(arg_ENGINE)
        add_library(${engine} STATIC ${arg_ENGINE})
        target_include_directories(${engine} INTERFACE "${CMAKE_CURRENT_SOURCE_DIR}")
        target_link_libraries(${engine} PUBLIC weft::sdk ${arg_LIBS})
        target_link_libraries(${plugin} PRIVATE ${engine})
        list(APPEND targets ${engine})
    endif()
    target_link_libraries(${plugin} PRIVATE weft::sdk ${arg_LIBS})

    foreach(target IN LISTS targets)
        set_target_properties(${target} PROPERTIES
            POSITION_INDEPENDENT_CODE ON
            C_VISIBILITY_PRESET hidden
            CXX_VISIBILITY_PRESET hidden
            VISIBILITY_INLINES_HIDDEN ON)
        if(TARGET weft_warnings)
            target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:weft_warnings>)
        endif()
        cmake_language(EVAL CODE "cmake_language(DEFER CALL _weft_refuse_fast_math ${target})")
    endforeach()

    _weft_shape_module(${plugin} ${seam} ${name})
    set_property(GLOBAL APPEND PROPERTY WEFT_PLUGIN_TARGETS ${plugin})
endfunction()

macro(_weft_check_plugin_arguments)
    if(NOT seam MATCHES "^(transport|crdt|bus|storage)$")
        message(FATAL_ERROR "weft_add_plugin(${seam} ${name}): the seam is transport, crdt, bus or storage")
    endif()
    if(NOT name MATCHES "^[a-z][a-z0-9_-]*$")
        message(FATAL_ERROR "weft_add_plugin(${seam} ${name}): a name is lower case letters, digits, _ and -, as in the YAML")
    endif()
    if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "weft_add_plugin(${seam} ${name}): wants SOURCES, may have ENGINE and LIBS; got: ${ARGN}")
    endif()
endmacro()

function(_weft_shape_module plugin seam name)
    set_target_properties(${plugin} PROPERTIES
        PREFIX ""
        SUFFIX ".so"
        OUTPUT_NAME ${name}
        LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/plugins/${seam}"
        LINK_DEPENDS "${WEFT_PLUGIN_VERSION_SCRIPT}")
    # Its own calls bind inside it, whatever else the process has loaded.
    target_link_options(${plugin} PRIVATE
        -Wl,--version-script=${WEFT_PLUGIN_VERSION_SCRIPT} -Wl,--exclude-libs,ALL -Wl,-Bsymbolic)
    # A symbol that nobody has fails the link and not the start. A sanitizer's runtime stands in the program: only there it stays open.
    if(NOT WEFT_SANITIZE AND NOT WEFT_FUZZ AND NOT "${CMAKE_CXX_FLAGS}" MATCHES "-fsanitize=")
        target_link_options(${plugin} PRIVATE -Wl,-z,defs)
    endif()
    include(GNUInstallDirs)
    install(TARGETS ${plugin} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/weft/plugins/${seam} COMPONENT weft)
endfunction()

# Called when the plugin's folder is read to its end, so that options set after weft_add_plugin count too.
#
# A library linked with -ffast-math switches the floating-point mode of the whole process when it is loaded (denormals
# become zero), for the kernel and every other plugin.
function(_weft_refuse_fast_math target)
    get_target_property(compile_options ${target} COMPILE_OPTIONS)
    get_target_property(link_options ${target} LINK_OPTIONS)
    set(flags "${CMAKE_CXX_FLAGS} ${CMAKE_C_FLAGS} ${CMAKE_MODULE_LINKER_FLAGS} ${compile_options} ${link_options}")
    if(CMAKE_BUILD_TYPE)
        string(TOUPPER ${CMAKE_BUILD_TYPE} configuration)
        string(APPEND flags " ${CMAKE_CXX_FLAGS_${configuration}} ${CMAKE_C_FLAGS_${configuration}}")
    endif()
    if(flags MATCHES "-ffast-math|-Ofast|-funsafe-math-optimizations")
        message(FATAL_ERROR "${target}: ${CMAKE_MATCH_0} changes the floating-point mode of the whole server when the plugin is loaded; build without it")
    endif()
endfunction()
