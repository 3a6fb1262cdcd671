// Replays what the fuzzers have found worth keeping: tests/fuzz/corpus has a folder for each, minimised by libFuzzer
// (-merge=1), and those of yjs seeded from yjs-vectors.json by seed_corpus.mjs. A finding aborts.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#define WEFT_FUZZER(name) extern "C" int fuzz_##name(const std::uint8_t* data, std::size_t size)
WEFT_FUZZER(presence_fuzz);
WEFT_FUZZER(rga_update_fuzz);
WEFT_FUZZER(sync_message_fuzz);
WEFT_FUZZER(yjs_merge_fuzz);
WEFT_FUZZER(yjs_snapshot_fuzz);
WEFT_FUZZER(yjs_state_vector_fuzz);
WEFT_FUZZER(yjs_update_fuzz);
WEFT_FUZZER(yjs_update_v2_fuzz);

namespace {

struct Target {
    const char* name;
    int (*run)(const std::uint8_t* data, std::size_t size);
};

class FuzzCorpus : public ::testing::TestWithParam<Target> {};

TEST_P(FuzzCorpus, FindsNothing) {
    const std::filesystem::path folder =
        std::filesystem::path(WEFT_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().name;
    std::size_t inputs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        SCOPED_TRACE(entry.path().string());
        std::ifstream file(entry.path(), std::ios::binary);
        const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
        GetParam().run(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
        ++inputs;
    }
    EXPECT_GT(inputs, 0u);
}

INSTANTIATE_TEST_SUITE_P(Targets, FuzzCorpus,
                         ::testing::Values(Target{"presence_fuzz", fuzz_presence_fuzz},
                                           Target{"rga_update_fuzz", fuzz_rga_update_fuzz},
                                           Target{"sync_message_fuzz", fuzz_sync_message_fuzz},
                                           Target{"yjs_merge_fuzz", fuzz_yjs_merge_fuzz},
                                           Target{"yjs_snapshot_fuzz", fuzz_yjs_snapshot_fuzz},
                                           Target{"yjs_state_vector_fuzz",
                                                  fuzz_yjs_state_vector_fuzz},
                                           Target{"yjs_update_fuzz", fuzz_yjs_update_fuzz},
                                           Target{"yjs_update_v2_fuzz", fuzz_yjs_update_v2_fuzz}),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
