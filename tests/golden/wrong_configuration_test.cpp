// What the operator has written wrongly is answered in one line a mistake, and the server does not start.
#include "golden/refusal.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <regex>

namespace weft::testing {
namespace {

TEST(WrongConfiguration, AnUnknownKey) {
    EXPECT_EQ(answer_to("limits:\n  mesage: 1MiB\n"),
              "c.yaml:2:3: limits.mesage: unknown key, did you mean \"message\"?\n");
}

TEST(WrongConfiguration, ADuplicateKey) {
    EXPECT_EQ(answer_to("durability: strict\ndurability: relaxed\n"),
              "c.yaml:2:1: durability: stands here a second time, the first is at c.yaml:1:1\n");
}

TEST(WrongConfiguration, AValueOfTheWrongType) {
    EXPECT_EQ(
        answer_to("limits: {connections: many}\n"),
        "c.yaml:1:23: limits.connections: wants a whole number in decimal digits, is \"many\"\n");
}

TEST(WrongConfiguration, AListInPlaceOfAMapping) {
    EXPECT_EQ(answer_to("drain: [30s]\n"),
              "c.yaml:1:8: drain: wants a mapping (key: value), is a list\n");
}

TEST(WrongConfiguration, ABadDuration) {
    EXPECT_EQ(answer_to("drain: {timeout: 30}\n"),
              "c.yaml:1:18: drain.timeout: wants a duration such as 100ms, 30s, 10m, 2h or 90d, is "
              "\"30\"\n");
}

TEST(WrongConfiguration, ABadSize) {
    EXPECT_EQ(answer_to("limits: {message: 16MB}\n"),
              "c.yaml:1:19: limits.message: wants a size such as 65536, 64KiB, 16MiB or 2GiB, is "
              "\"16MB\"\n");
}

TEST(WrongConfiguration, AValueOutOfRange) {
    EXPECT_EQ(answer_to("kernel: {shards: 100000}\n"),
              "c.yaml:1:18: kernel.shards: wants 1 to 1024, is 100000\n");
}

TEST(WrongConfiguration, AWordThatIsNotOneOfTheChoices) {
    EXPECT_EQ(answer_to("durability: loose\n"),
              "c.yaml:1:13: durability: wants strict or relaxed, is \"loose\"\n");
}

TEST(WrongConfiguration, AVariableThatIsNotSet) {
    EXPECT_EQ(answer_to("storage: {plugin: sqlite, path: \"${WEFT_TEST_NOWHERE}/weft.db\"}\n"),
              "c.yaml:1:33: storage.path: the environment variable WEFT_TEST_NOWHERE is not set; "
              "set it, or write "
              "${WEFT_TEST_NOWHERE:-default}\n");
}

TEST(WrongConfiguration, AFileThatIsNoYaml) {
    EXPECT_EQ(answer_to("node: {name: a\n"),
              "c.yaml:2:1: not valid YAML: end of map flow not found\n");
}

TEST(WrongConfiguration, AFileThatIsNotThere) {
    const FreshFolder folder;
    const Ended ended = WeftProcess({"serve", "--config", "nowhere.yaml"}, folder.path()).wait();
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_EQ(ended.err, "nowhere.yaml: cannot be read: No such file or directory\n");
}

TEST(WrongConfiguration, AFolderInPlaceOfAFile) {
    const FreshFolder folder;
    const Ended ended = WeftProcess({"serve", "--config", "."}, folder.path()).wait();
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_EQ(ended.err, ".: is a folder, not a YAML file\n");
}

TEST(WrongConfiguration, ASettingThatIsNone) {
    EXPECT_EQ(Attempt().set("durability").answer(),
              "--set 1: \"durability\" is not dotted.key=VALUE\n");
}

TEST(WrongConfiguration, ASettingWithAWrongValue) {
    EXPECT_EQ(Attempt().set("node.name=n").set("drain.spread=soon").answer(),
              "--set 2: drain.spread: wants a duration such as 100ms, 30s, 10m, 2h or 90d, is "
              "\"soon\"\n");
}

TEST(WrongConfiguration, StrictOnAStoreThatForgets) {
    EXPECT_EQ(answer_to("durability: strict\nstorage: {plugin: memory}\n"),
              "c.yaml:1:13: durability: strict promises that what others have seen survives a "
              "power cut, and the storage `memory` "
              "(c.yaml:2:19: storage.plugin) keeps documents in memory only: set durability: "
              "relaxed, or choose a storage that is "
              "durable\n");
}

TEST(WrongConfiguration, StrictIsTheDefaultAndIsSaidSo) {
    EXPECT_EQ(answer_to("storage: {plugin: memory}\n"),
              "c.yaml: durability: strict promises that what others have seen survives a power "
              "cut, and the storage `memory` "
              "(c.yaml:1:19: storage.plugin) keeps documents in memory only: set durability: "
              "relaxed, or choose a storage that is "
              "durable\n");
}

TEST(WrongConfiguration, ABusToOtherNodesOverAStoreThatTheyCannotReach) {
    EXPECT_EQ(answer_to("plugins: {path: [BUILD/tests/golden/plugins, BUILD/plugins]}\nbus: "
                        "{plugin: far}\nstorage: {plugin: sqlite}\n"),
              "c.yaml:2:15: bus.plugin: the bus `far` reaches other nodes, and they cannot reach "
              "the storage `sqlite` "
              "(c.yaml:3:19: storage.plugin): choose a storage that nodes share, or a bus that "
              "stays on this node\n");
}

TEST(WrongConfiguration, AnUnknownOptionOfAPlugin) {
    EXPECT_EQ(answer_to("storage: {plugin: sqlite, pat: x.db}\n"),
              "c.yaml:1:32: storage.pat: unknown option; did you mean `path`?\n");
}

TEST(WrongConfiguration, AnOptionOfAPluginOutOfRange) {
    EXPECT_EQ(answer_to("storage: {plugin: sqlite, cache: 1KiB}\n"),
              "c.yaml:1:34: storage.cache: found 1KiB, wanted 1MiB to 64GiB\n");
}

TEST(WrongConfiguration, AnOptionOfAPluginOfTheWrongType) {
    EXPECT_EQ(
        answer_to("storage: {plugin: sqlite, cache: large}\n"),
        "c.yaml:1:34: storage.cache: found `large`, wanted a size such as 512KiB, 16MiB or 2GiB\n");
}

TEST(WrongConfiguration, ALimitThatATransportCannotKeep) {
    EXPECT_EQ(answer_to("limits: {connections: 5000000}\n"),
              "c.yaml:1:23: limits.connections: found 5000000, wanted 1 to 1000000\n");
}

TEST(WrongConfiguration, ARuleByNameWithoutAPlugin) {
    EXPECT_EQ(answer_to("crdt:\n  by_name:\n    - {match: \"lab/*\"}\n"),
              "c.yaml:3:7: crdt.by_name.0: has no \"plugin\"\n");
}

TEST(WrongConfiguration, ARuleByNameWithAPluginThatIsNotThere) {
    EXPECT_EQ(answer_to("crdt:\n  by_name:\n    - {match: \"lab/*\", plugin: nosuch}\n"),
              "c.yaml:3:32: crdt.by_name.0.plugin: no crdt plugin `nosuch` in BUILD/plugins/crdt; "
              "there are: rga, yjs\n");
}

TEST(WrongConfiguration, AnAddressThatIsNone) {
    EXPECT_EQ(answer_to("transports: [{plugin: websocketpp, listen: \"localhost:http\"}]\n"),
              "c.yaml:1:44: transports.0.listen: \"localhost:http\" has no port between 0 and "
              "65535; write it as 127.0.0.1:8000 or "
              "[::1]:8000, or 0.0.0.0:8000 for every network\n");
}

/// A port of this machine that somebody listens on.
class TakenPort {
public:
    TakenPort() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), size), 0);
        EXPECT_EQ(listen(socket_, 1), 0);
        EXPECT_EQ(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        number_ = std::to_string(ntohs(address.sin_port));
    }
    ~TakenPort() { close(socket_); }
    TakenPort(const TakenPort&) = delete;
    TakenPort& operator=(const TakenPort&) = delete;

    const std::string& number() const { return number_; }

private:
    int socket_;
    std::string number_;
};

TEST(WrongConfiguration, APortThatIsInUse) {
    const TakenPort port;
    EXPECT_EQ(Attempt(sound).set("transports.0.listen=127.0.0.1:" + port.number()).answer(),
              "--set 1: transports.0.listen: 127.0.0.1:" + port.number() +
                  " is in use by another program: stop it, or choose another port (0 picks a free "
                  "one)\n");
}

TEST(WrongConfiguration, ADatabaseInAFolderThatCannotBeMade) {
    EXPECT_EQ(answer_to("transports: [{plugin: websocketpp, listen: \"127.0.0.1:0\"}]\nstorage: "
                        "{plugin: sqlite, path: c.yaml/weft.db}\n"),
              "c.yaml:2:33: storage.path: \"c.yaml/weft.db\": cannot create the folder "
              "FOLDER/c.yaml: File exists\n");
}

TEST(WrongConfiguration, ADatabaseThatIsNone) {
    const Attempt attempt(sound);
    attempt.folder().write("weft.db",
                           "This is a letter and no database, however long one looks at it.");
    EXPECT_EQ(
        attempt.answer(),
        "c.yaml:2:33: storage.path: \"FOLDER/weft.db\": file is not a database (SQLite 26)\n");
}

TEST(WrongConfiguration, ADatabaseThatAnotherWeftHasOpen) {
    const Attempt attempt(sound);
    WeftProcess first({"serve", "--config", "c.yaml"}, attempt.folder().path());
    ASSERT_TRUE(first.prints("listening on "));
    const std::string answer = std::regex_replace(
        attempt.answer(), std::regex("pid [0-9]+, since [-0-9]+ [:0-9]+ UTC"), "WHO");
    EXPECT_EQ(answer, "c.yaml:2:33: storage.path: \"FOLDER/weft.db\": in use by another weft "
                      "(WHO), which holds FOLDER/weft.db.lock\n");
}

TEST(WrongConfiguration, EveryMistakeIsToldInOneRunWhoeverFindsIt) {
    EXPECT_EQ(answer_to("limits: {message: 0}\nbus: {plugin: local, colour: red}\nstorage: "
                        "{plugin: sqlit}\nnod: {}\n"),
              "c.yaml:1:19: limits.message: wants 1KiB to 1GiB, is 0\n"
              "c.yaml:4:1: nod: unknown key, did you mean \"node\"?\n"
              "c.yaml:2:30: bus.colour: unknown option; this plugin has none\n"
              "c.yaml:3:19: storage.plugin: no storage plugin `sqlit` in BUILD/plugins/storage; "
              "did you mean `sqlite`?\n");
}

}  // namespace
}  // namespace weft::testing
