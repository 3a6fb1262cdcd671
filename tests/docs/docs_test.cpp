// Documentation that names what is not there is wrong.
#include "kernel/host/plugin_host.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace weft {
namespace {

namespace fs = std::filesystem;

const fs::path source_folder = WEFT_SOURCE_DIR;
const fs::path build_folder = WEFT_BUILD_DIR;

std::string content_of(const fs::path& file) {
    std::ifstream stream(file);
    std::ostringstream content;
    content << stream.rdbuf();
    return content.str();
}

std::vector<fs::path> documents() {
    std::vector<fs::path> found{source_folder / "README.md"};
    for (const auto& entry : fs::directory_iterator(source_folder / "docs")) {
        if (entry.path().extension() == ".md") {
            found.push_back(entry.path());
        }
    }
    for (const auto& entry : fs::recursive_directory_iterator(source_folder / "plugins")) {
        if (entry.path().filename() == "README.md") {
            found.push_back(entry.path());
        }
    }
    found.push_back(source_folder / "web/README.md");
    return found;
}

std::set<std::string> matches(const std::string& text, const std::string& pattern) {
    const std::regex expression(pattern);
    std::set<std::string> found;
    for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at) {
        found.insert((*at)[1].str());
    }
    return found;
}

TEST(Documentation, EveryLinkToAFileLeadsSomewhere) {
    for (const auto& document : documents()) {
        const auto links = matches(content_of(document), R"(\]\(([^)#:]+)\))");
        for (const auto& link : links) {
            EXPECT_TRUE(fs::exists(document.parent_path() / link))
                << document << " links to " << link;
        }
    }
}

TEST(Documentation, EveryPathThatItNamesExists) {
    std::size_t checked = 0;
    for (const auto& document : documents()) {
        const std::string folders = "kernel|plugins|sdk|config|tests|web|bench|docs";
        for (const auto& path :
             matches(content_of(document), "`((?:" + folders + ")/[A-Za-z0-9_./-]+)`")) {
            EXPECT_TRUE(fs::exists(source_folder / path)) << document << " names " << path;
            ++checked;
        }
        for (const auto& path :
             matches(content_of(document), R"((build/(?:weft|plugins|bench)[a-z0-9_./-]*[a-z]))")) {
            const fs::path built = build_folder / fs::path(path).lexically_relative("build");
            EXPECT_TRUE(fs::exists(built)) << document << " names " << path;
            ++checked;
        }
    }
    EXPECT_GT(checked, 15u);
}

TEST(Documentation, EveryDevCommandThatItNamesIsTaught) {
    const std::string dev = content_of(source_folder / "dev");
    std::size_t checked = 0;
    for (const auto& document : documents()) {
        for (const auto& command : matches(content_of(document), R"(\./dev ([a-z]+))")) {
            EXPECT_NE(dev.find("  ./dev " + command), std::string::npos)
                << document << " names ./dev " << command;
            ++checked;
        }
    }
    EXPECT_GE(checked, 2u);
}

TEST(Documentation, ThePluginInTheReadmeCompilesAndCanBeInspected) {
    const auto description = PluginHost::inspect(build_folder / "tests/docs/plugins/bus/echo.so");
    ASSERT_TRUE(description.ok()) << description.error().message;
    EXPECT_EQ(description->name, "echo");
    ASSERT_EQ(description->options.size(), 1u);
    EXPECT_EQ(description->options[0].key, "copies");
    EXPECT_EQ(description->options[0].most, "10");
}

}  // namespace
}  // namespace weft
