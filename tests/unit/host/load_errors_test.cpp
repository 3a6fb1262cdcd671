// What stops a start because of a plugin: one line that says what was found, what was wanted and what to do.
#include "host/fixture_plugins.hpp"
#include "host/recording_services.hpp"
#include "kernel/host/plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace weft {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

class LoadErrors : public testing::Test {
protected:
    std::string error_of(std::string seam, std::string name, const fs::path& searched = fixtures,
                         bool start = false) {
        const PluginRequest request{std::move(seam),
                                    std::move(name),
                                    "weft.yaml:7:9: bus.plugin",
                                    {{}, "weft.yaml:7:1: bus"}};
        auto loaded = host.load(request, std::array{searched});
        if (loaded && start) {
            const auto started = (*loaded)->start();
            return started ? "" : started.error().message;
        }
        return loaded ? "" : loaded.error().message;
    }

    /// A folder of this test with a file bus/<name>.so.
    fs::path folder_with(std::string_view name, std::string_view bytes) {
        fs::create_directories(folder / "bus");
        std::ofstream(folder / "bus" / (std::string(name) + ".so"), std::ios::binary) << bytes;
        return folder;
    }

    std::string file(std::string_view name) {
        return (fixtures / "bus" / (std::string(name) + ".so")).string();
    }

    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "weft-load-errors-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder = pattern;
    }
    void TearDown() override { fs::remove_all(folder); }

    fs::path folder;
    RecordingServices services;
    PluginHost host{services};
};

TEST_F(LoadErrors, AMissingPluginIsToldWithItsFolderAndTheNearestName) {
    EXPECT_EQ(error_of("bus", "goood"), "weft.yaml:7:9: bus.plugin: no bus plugin `goood` in " +
                                            (fixtures / "bus").string() + "; did you mean `good`?");
    EXPECT_EQ(error_of("storage", "x", folder),
              "weft.yaml:7:9: bus.plugin: no storage plugin `x` in " +
                  (folder / "storage").string() + "; there is none in plugins.path");
}

TEST_F(LoadErrors, ANameNeverLeavesThePluginFolder) {
    EXPECT_THAT(error_of("storage", "../bus/good"), HasSubstr("no storage plugin `../bus/good`"));
    EXPECT_THAT(error_of("bus", ""), HasSubstr("no bus plugin ``"));
}

TEST_F(LoadErrors, ARelativeFolderIsNeverSearched) {
    EXPECT_THAT(error_of("bus", "good", fs::relative(fixtures)), HasSubstr("no bus plugin `good`"));
}

TEST_F(LoadErrors, AFileThatIsNoSharedObjectIsRefused) {
    EXPECT_EQ(error_of("bus", "text", folder_with("text", "#!/bin/sh\n")),
              "weft.yaml:7:9: bus.plugin: " + (folder / "bus/text.so").string() +
                  " is no shared object");
    EXPECT_THAT(error_of("bus", "empty", folder_with("empty", "")),
                HasSubstr("empty.so is no shared object"));
    fs::create_directory(folder / "bus" / "folder.so");
    EXPECT_THAT(error_of("bus", "folder", folder), HasSubstr("folder.so is no regular file"));
}

TEST_F(LoadErrors, ADamagedSharedObjectIsRefused) {
    std::ifstream in(file("good"), std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    ASSERT_GT(whole.size(), 4096u);
    for (const std::size_t size :
         {std::size_t{5}, std::size_t{70}, std::size_t{4000}, whole.size() / 2}) {
        EXPECT_THAT(error_of("bus", "cut", folder_with("cut", whole.substr(0, size))),
                    HasSubstr("cut.so "))
            << "cut after " << size << " bytes";
    }
    std::string noise = "\x7f"
                        "ELF\x02\x01\x01";
    for (unsigned i = 0; i < 3000; ++i) {
        noise += static_cast<char>(i * 2654435761u >> 13);
    }
    EXPECT_THAT(error_of("bus", "noise", folder_with("noise", noise)), HasSubstr("noise.so "));
}

TEST_F(LoadErrors, ASharedObjectWithoutTheEntryIsRefusedBeforeItsCodeRuns) {
    EXPECT_EQ(error_of("bus", "no_entry"),
              "weft.yaml:7:9: bus.plugin: " + file("no_entry") +
                  " has no symbol weft_plugin_entry, so it is no Weft plugin");
}

TEST_F(LoadErrors, AnUnresolvedSymbolIsNamed) {
    const std::string error = error_of("bus", "missing_symbol");
    EXPECT_THAT(error, StartsWith("weft.yaml:7:9: bus.plugin: " + file("missing_symbol") +
                                  " cannot be opened: "));
    EXPECT_THAT(error, HasSubstr("weft_test_function_that_nobody_has"));
}

TEST_F(LoadErrors, AnotherAbiIsToldWithBothNumbers) {
    EXPECT_EQ(error_of("bus", "other_abi"), "weft.yaml:7:9: bus.plugin: " + file("other_abi") +
                                                " was built for plugin ABI 999.0, this server "
                                                "speaks 1.0: build it with the SDK of this server");
    EXPECT_EQ(error_of("bus", "newer_minor"),
              "weft.yaml:7:9: bus.plugin: " + file("newer_minor") +
                  " needs plugin ABI 1.999 or newer, this server speaks 1.0: update the server");
}

TEST_F(LoadErrors, APluginOfAnotherSeamOrNameIsRefused) {
    EXPECT_EQ(error_of("storage", "other_seam"),
              "weft.yaml:7:9: bus.plugin: " + (fixtures / "storage/other_seam.so").string() +
                  " is the bus plugin `other_seam`, wanted the storage plugin `other_seam`: put "
                  "the right file there");
    EXPECT_THAT(error_of("bus", "other_name"),
                HasSubstr("is the bus plugin `redis`, wanted the bus plugin `other_name`"));
}

TEST_F(LoadErrors, AnEntryWithoutADescriptorAndATableWithAHoleAreRefused) {
    EXPECT_THAT(error_of("bus", "no_descriptor"),
                HasSubstr("no_descriptor.so has an entry that gives no descriptor"));
    EXPECT_EQ(error_of("bus", "incomplete"),
              "weft.yaml:7:9: bus.plugin: plugin incomplete lacks calls of the seam bus: build it "
              "with the SDK of this server");
}

TEST_F(LoadErrors, AnExceptionInCreateOrStartIsASentence) {
    EXPECT_EQ(
        error_of("bus", "throwing_create"),
        "weft.yaml:7:9: bus.plugin: bus plugin throwing_create cannot be created: no bus today");
    EXPECT_EQ(
        error_of("bus", "throwing_start", fixtures, true),
        "weft.yaml:7:9: bus.plugin: bus plugin throwing_start cannot start: the port is taken");
}

TEST_F(LoadErrors, AMessageThatSaysItsPlaceIsLeftAsItIs) {
    const PluginRequest request{
        "bus",
        "refusing_configure",
        "weft.yaml:7:9: bus.plugin",
        {{{"url", "nowhere", true, "weft.yaml:8:3: bus.url"}}, "weft.yaml:7:1: bus"}};
    const auto loaded = host.load(request, std::array{fixtures});
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, Code::config);
    EXPECT_EQ(loaded.error().message, "weft.yaml:8:3: bus.url: `nowhere` is no URL");
}

TEST_F(LoadErrors, AFileThatEveryUserMayWriteIsRefused) {
    fs::create_directories(folder / "bus");
    fs::copy_file(file("good"), folder / "bus/good.so");
    EXPECT_EQ(error_of("bus", "good", folder), "");
    fs::permissions(folder / "bus/good.so", fs::perms::others_write, fs::perm_options::add);
    EXPECT_THAT(error_of("bus", "good", folder),
                HasSubstr("good.so may be written by every user of this machine"));
    fs::permissions(folder / "bus/good.so", fs::perms::others_write, fs::perm_options::remove);
    fs::permissions(folder / "bus", fs::perms::others_write, fs::perm_options::add);
    EXPECT_THAT(error_of("bus", "good", folder),
                HasSubstr("may be written by every user of this machine"));
}

}  // namespace
}  // namespace weft
