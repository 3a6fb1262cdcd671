# find_package(weft) for a plugin that lives outside this repository: the target weft::sdk and weft_add_plugin.
include("${CMAKE_CURRENT_LIST_DIR}/weft-targets.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/WeftPlugin.cmake")
