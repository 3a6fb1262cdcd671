// Who may open a document.
#include "kernel/node/connection_router.hpp"

#include "tests/support/simulation/simulation.hpp"

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(ForeignOrigin, IsAnotherHostThanTheRequestWentTo) {
    EXPECT_FALSE(is_foreign_origin("", "localhost:8000")) << "not a browser";
    EXPECT_FALSE(is_foreign_origin("http://localhost:8000", "localhost:8000"));
    EXPECT_FALSE(is_foreign_origin("https://weft.example", "weft.example"));
    EXPECT_TRUE(is_foreign_origin("http://evil.example", "localhost:8000"));
    EXPECT_TRUE(is_foreign_origin("http://localhost:8001", "localhost:8000"));
    EXPECT_TRUE(is_foreign_origin("null", "localhost:8000"));
}

class Peer final : public sim::SimPeer {
    void on_frame(const Buffer&) override {}
    void on_closed(std::uint16_t) override {}
    bool reads() const override { return true; }
};

TEST(ConnectionRouter, RefusesAPathThatNamesNoDocument) {
    sim::Simulation sim;
    Peer peer;
    EXPECT_EQ(sim.transport().connect(peer, "/", ""), 0u);
    EXPECT_EQ(sim.transport().connect(peer, "/hocuspocus", ""), 0u);
    EXPECT_EQ(sim.transport().connect(peer, "/%00", ""), 0u);
    EXPECT_NE(sim.transport().connect(peer, "/notes", ""), 0u);
    sim.run();
}

}  // namespace
}  // namespace weft
