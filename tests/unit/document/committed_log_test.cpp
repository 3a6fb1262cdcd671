// The committed log and its checkpoints.
#include "kernel/document/committed_log.hpp"

#include <gtest/gtest.h>

namespace weft {
namespace {

std::shared_ptr<const Bytes> state_vector(std::uint8_t name) {
    return std::make_shared<const Bytes>(Bytes{name});
}

CommittedLog log_with(std::size_t entries) {
    CommittedLog log;
    log.start(state_vector(0));
    for (std::size_t i = 0; i < entries; ++i) {
        log.push({Buffer(Bytes(10, 'x')), 0});
    }
    return log;
}

TEST(CommittedLog, KeepsPositionsWhenItIsTrimmed) {
    auto log = log_with(5);
    log.trim(3);
    EXPECT_EQ(log.begin(), 3u);
    EXPECT_EQ(log.end(), 5u);
    EXPECT_EQ(log.bytes(), 20u);
    log.trim(100);
    EXPECT_EQ(log.begin(), 5u);
    EXPECT_EQ(log.bytes(), 0u);
}

TEST(CommittedLog, TheCheckpointForACursorCoversNothingBeyondIt) {
    auto log = log_with(2);
    log.add_checkpoint(state_vector(2));
    log.push({Buffer(Bytes(10, 'x')), 0});
    EXPECT_EQ(log.checkpoint_below(1)->at(0), 0);
    EXPECT_EQ(log.checkpoint_below(2)->at(0), 2);
    EXPECT_EQ(log.checkpoint_below(3)->at(0), 2);
}

TEST(CommittedLog, ACheckpointStaysWhileSomebodyMayBeCutOffAboveIt) {
    auto log = log_with(2);
    log.add_checkpoint(state_vector(2));
    log.push({Buffer(Bytes(10, 'x')), 0});
    log.trim(1);
    EXPECT_EQ(log.checkpoint_below(1)->at(0), 0);
    log.trim(3);
    EXPECT_EQ(log.checkpoint_below(3)->at(0), 2);
}

TEST(CommittedLog, CountsTheBytesSinceTheNewestCheckpoint) {
    auto log = log_with(3);
    EXPECT_EQ(log.bytes_since_checkpoint(), 30u);
    log.add_checkpoint(state_vector(3));
    EXPECT_EQ(log.bytes_since_checkpoint(), 0u);
}

}  // namespace
}  // namespace weft
