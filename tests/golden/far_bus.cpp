// A bus that says it reaches other nodes: build/tests/golden/plugins/bus/far.so.
#include <weft/plugin.hpp>

namespace {

class FarBus final : public weft::Bus {
public:
    static constexpr weft::About about{"far", "1.0.0", "Says that it reaches other nodes", "MIT"};
    static constexpr std::string_view capabilities = R"({"reaches_other_nodes":true})";

    bool reaches_other_nodes() const override { return true; }
    void bind(weft::BusEvents&) override {}
    void publish(std::vector<weft::BusMessage>) override {}
    void subscribe(std::string, weft::Completion<void>) override {}
    void unsubscribe(std::string, weft::Completion<void>) override {}
};

}  // namespace

WEFT_PLUGIN(FarBus)
