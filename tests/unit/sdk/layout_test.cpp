// The layouts that plugins were compiled against. A line of abi_layout.txt never changes and never goes away; a new field is a
// new line, at the end of its struct.
#include "layout.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace {

std::string layout_as_compiled() {
    std::ostringstream out;
    for (size_t i = 0; i < abi_layout_size; ++i) {
        const layout_entry& entry = abi_layout[i];
        if (*entry.field == '\0') {
            out << entry.structure << " " << entry.size << "\n";
        } else {
            out << "  " << entry.offset << " " << entry.size << " " << entry.field << "\n";
        }
    }
    return out.str();
}

std::string layout_as_promised() {
    std::ifstream file(WEFT_SOURCE_DIR "/tests/unit/sdk/abi_layout.txt");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(Abi, EveryFieldStandsWhereItStoodWhenPluginsWereCompiled) {
    if (sizeof(void*) != 8) {
        GTEST_SKIP() << "the file holds the layout of 64-bit machines";
    }
    EXPECT_EQ(layout_as_compiled(), layout_as_promised());
}

}  // namespace
