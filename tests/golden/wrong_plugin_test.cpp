// A plugin that cannot be used is refused with what was found, what was wanted, and where the YAML names it.
#include "golden/refusal.hpp"

#include <gmock/gmock.h>

namespace weft::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// The bus `name` of the deliberately broken plugins; the other seams as they ship.
std::string answer_to_bus(const std::string& name, const std::string& options = "") {
    return answer_to("plugins: {path: [BUILD/tests/fixtures/plugins, BUILD/plugins]}\n"
                     "transports: [{plugin: websocketpp, listen: \"127.0.0.1:0\"}]\n"
                     "storage: {plugin: sqlite, path: FOLDER/weft.db}\n"
                     "bus: {plugin: " +
                     name + options + "}\n");
}

TEST(WrongPlugin, OneThatIsMissing) {
    EXPECT_EQ(answer_to("storage: {plugin: sqlit, path: x}\n"),
              "c.yaml:1:19: storage.plugin: no storage plugin `sqlit` in BUILD/plugins/storage; "
              "did you mean `sqlite`?\n");
}

TEST(WrongPlugin, FoldersThatHoldNone) {
    EXPECT_EQ(answer_to("plugins: {path: [here]}\nbus: {plugin: local}\nstorage: {plugin: sqlite}\n"
                        "transports: [{plugin: websocketpp}]\ncrdt: {default: yjs}\n"),
              "c.yaml:4:23: transports.0.plugin: no transport plugin `websocketpp` in "
              "FOLDER/here/transport; there is none in plugins.path\n"
              "c.yaml:5:17: crdt.default: no crdt plugin `yjs` in FOLDER/here/crdt; there is none "
              "in plugins.path\n"
              "c.yaml:2:15: bus.plugin: no bus plugin `local` in FOLDER/here/bus; there is none in "
              "plugins.path\n"
              "c.yaml:3:19: storage.plugin: no storage plugin `sqlite` in FOLDER/here/storage; "
              "there is none in plugins.path\n");
}

TEST(WrongPlugin, AFileThatIsNoSharedObject) {
    const Attempt attempt("plugins: {path: [mine, BUILD/plugins]}\nbus: {plugin: letter}\n");
    attempt.folder().write("mine/bus/letter.so", "Dear server, I am no plugin.\n");
    EXPECT_EQ(attempt.answer(),
              "c.yaml:2:15: bus.plugin: FOLDER/mine/bus/letter.so is no shared object\n");
}

TEST(WrongPlugin, ASharedObjectThatIsDamaged) {
    const Attempt attempt("plugins: {path: [mine, BUILD/plugins]}\nbus: {plugin: torn}\n");
    attempt.folder().write("mine/bus/torn.so", std::string("\x7f"
                                                           "ELF\2\1\1",
                                                           7) +
                                                   std::string(2000, '\0'));
    EXPECT_EQ(attempt.answer(), "c.yaml:2:15: bus.plugin: FOLDER/mine/bus/torn.so has no symbol "
                                "weft_plugin_entry, so it is no Weft plugin\n");
}

TEST(WrongPlugin, OneWithoutTheEntrySymbol) {
    EXPECT_EQ(answer_to_bus("no_entry"),
              "c.yaml:4:15: bus.plugin: BUILD/tests/fixtures/plugins/bus/no_entry.so has no symbol "
              "weft_plugin_entry, so it is no Weft plugin\n");
}

TEST(WrongPlugin, OneWhoseEntryGivesNothing) {
    EXPECT_EQ(answer_to_bus("no_descriptor"),
              "c.yaml:4:15: bus.plugin: BUILD/tests/fixtures/plugins/bus/no_descriptor.so has an "
              "entry that gives no descriptor\n");
}

TEST(WrongPlugin, OneOfAnotherAbi) {
    EXPECT_EQ(answer_to_bus("other_abi"),
              "c.yaml:4:15: bus.plugin: BUILD/tests/fixtures/plugins/bus/other_abi.so was built "
              "for plugin ABI 999.0, this server speaks 1.0: build it with "
              "the SDK of this server\n");
}

TEST(WrongPlugin, OneThatNeedsANewerServer) {
    EXPECT_EQ(answer_to_bus("newer_minor"),
              "c.yaml:4:15: bus.plugin: BUILD/tests/fixtures/plugins/bus/newer_minor.so needs "
              "plugin ABI 1.999 or newer, this server speaks 1.0: update "
              "the server\n");
}

TEST(WrongPlugin, OneOfAnotherSeam) {
    EXPECT_EQ(answer_to("plugins: {path: [BUILD/tests/fixtures/plugins, BUILD/plugins]}\nstorage: "
                        "{plugin: other_seam}\n"),
              "c.yaml:2:19: storage.plugin: BUILD/tests/fixtures/plugins/storage/other_seam.so is "
              "the bus plugin `other_seam`, wanted "
              "the storage plugin `other_seam`: put the right file there\n");
}

TEST(WrongPlugin, OneOfAnotherName) {
    EXPECT_EQ(answer_to_bus("other_name"),
              "c.yaml:4:15: bus.plugin: BUILD/tests/fixtures/plugins/bus/other_name.so is the bus "
              "plugin `redis`, wanted the bus plugin `other_name`: "
              "put the right file there\n");
}

TEST(WrongPlugin, OneWithUnresolvedSymbols) {
    // How the dynamic linker puts it is its own.
    const std::string answer = answer_to_bus("missing_symbol");
    EXPECT_THAT(
        answer,
        StartsWith("c.yaml:4:15: bus.plugin: BUILD/tests/fixtures/plugins/bus/missing_symbol.so "
                   "cannot be opened: "));
    EXPECT_THAT(answer, HasSubstr("undefined symbol: weft_test_function_that_nobody_has"));
    EXPECT_EQ(answer.find('\n'), answer.size() - 1);
}

TEST(WrongPlugin, OneThatLacksCalls) {
    EXPECT_EQ(answer_to_bus("incomplete"),
              "c.yaml:4:15: bus.plugin: plugin incomplete lacks calls of the seam bus: build it "
              "with the SDK of this server\n");
}

TEST(WrongPlugin, OneThatThrowsWhenItIsMade) {
    EXPECT_EQ(
        answer_to_bus("throwing_create"),
        "c.yaml:4:15: bus.plugin: bus plugin throwing_create cannot be created: no bus today\n");
}

TEST(WrongPlugin, OneThatThrowsWhenItStarts) {
    EXPECT_EQ(
        answer_to_bus("throwing_start"),
        "c.yaml:4:15: bus.plugin: bus plugin throwing_start cannot start: the port is taken\n");
}

TEST(WrongPlugin, OneThatRefusesItsOptions) {
    EXPECT_EQ(answer_to_bus("refusing_configure", ", url: nonsense"),
              "c.yaml:4:40: bus.url: `nonsense` is no URL\n");
}

}  // namespace
}  // namespace weft::testing
