# Puts the built page into the program: an assembler file that includes the bytes, and a table of their names.
set(web_folder "${PROJECT_SOURCE_DIR}/web/dist")
file(GLOB_RECURSE web_paths CONFIGURE_DEPENDS RELATIVE "${web_folder}" "${web_folder}/*")
list(SORT web_paths)

set(index 0)
set(assembly "    .section .note.GNU-stack,\"\",@progbits\n    .section .rodata\n")
set(symbols "")
set(table "")
set(files "")
foreach(path IN LISTS web_paths)
    string(APPEND assembly "    .balign 16\n    .global weft_web_${index}\nweft_web_${index}:\n    .incbin \"${web_folder}/${path}\"\n"
        "    .global weft_web_${index}_end\nweft_web_${index}_end:\n    .byte 0\n")
    string(APPEND symbols "extern \"C\" const std::uint8_t weft_web_${index}[], weft_web_${index}_end[];\n")
    string(APPEND table "    {\"/${path}\", weft::BytesView(weft_web_${index}, weft_web_${index}_end)},\n")
    list(APPEND files "${web_folder}/${path}")
    math(EXPR index "${index} + 1")
endforeach()

file(CONFIGURE OUTPUT web_files.S CONTENT "${assembly}" @ONLY)
file(CONFIGURE OUTPUT web_files.cpp CONTENT "#include \"kernel/http/web_files.hpp\"

${symbols}
static const weft::WebFile files[] = {
${table}};

std::span<const weft::WebFile> weft::web_files() {
    return files;
}
" @ONLY)
# The target is of another folder, which would not see the property without being named.
set_source_files_properties("${CMAKE_CURRENT_BINARY_DIR}/web_files.S" TARGET_DIRECTORY weft_kernel PROPERTIES OBJECT_DEPENDS "${files}")
