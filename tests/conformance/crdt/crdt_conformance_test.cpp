// Runs the crdt conformance suite against the algorithms that Weft ships, each through its shared object.
#include "sdk/conformance/crdt/crdt_suite.hpp"

#include "kernel/host/plugin_host.hpp"
#include "unit/host/recording_services.hpp"

namespace weft::conformance {
namespace {

class SharedObject final : public CrdtUnderTest {
public:
    explicit SharedObject(const std::string& name) {
        const std::filesystem::path folder = WEFT_BUILD_DIR "/plugins";
        auto loaded = host_.load({"crdt", name, "test: crdt", {}}, {&folder, 1});
        EXPECT_TRUE(loaded) << loaded.error().message;
        plugin_ = std::move(*loaded);
    }
    const Crdt& crdt() override { return *plugin_->crdt(); }

private:
    RecordingServices services_;
    PluginHost host_{services_};
    std::unique_ptr<LoadedPlugin> plugin_;
};

CrdtCase shared_object(const std::string& name) {
    return {name, [name] { return std::make_unique<SharedObject>(name); }};
}

INSTANTIATE_TEST_SUITE_P(Crdt, CrdtConformance,
                         testing::Values(shared_object("rga"), shared_object("yjs")), name_of_crdt);

}  // namespace
}  // namespace weft::conformance
