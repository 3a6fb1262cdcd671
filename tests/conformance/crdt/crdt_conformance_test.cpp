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

std::function<std::unique_ptr<CrdtUnderTest>()> shared_object(const std::string& name) {
    return [name] { return std::make_unique<SharedObject>(name); };
}

INSTANTIATE_TEST_SUITE_P(
    Crdt, CrdtConformance,
    testing::Values(
        CrdtCase{"rga",
                 shared_object("rga"),
                 {WEFT_CRDT_RESTORE, WEFT_CRDT_DIFF_VIEW, WEFT_CRDT_ANCHOR, WEFT_CRDT_STATS},
                 text_edits},
        CrdtCase{"yjs",
                 shared_object("yjs"),
                 {WEFT_CRDT_RESTORE, WEFT_CRDT_DIFF_VIEW, WEFT_CRDT_GC, WEFT_CRDT_ANCHOR,
                  WEFT_CRDT_STATS},
                 {EditKind::text_insert, EditKind::text_embed, EditKind::text_delete,
                  EditKind::text_format, EditKind::map_set, EditKind::map_delete,
                  EditKind::array_insert, EditKind::array_delete, EditKind::xml_insert_element,
                  EditKind::xml_insert_text, EditKind::xml_delete, EditKind::xml_set_attribute,
                  EditKind::xml_delete_attribute}}),
    name_of_crdt);

}  // namespace
}  // namespace weft::conformance
