#include "algorithm.hpp"

#include "bench/opened_plugin.hpp"
#include "yjs_crdt.hpp"

namespace weft::bench {
namespace {

class LinkedYjs final : public Algorithm {
public:
    const Crdt& crdt() const override { return crdt_; }

private:
    yjs::YjsCrdt crdt_{yjs::YjsOptions{}};
};

class PluginAlgorithm final : public Algorithm {
public:
    explicit PluginAlgorithm(const std::filesystem::path& file) : plugin_(file, {}) {}
    const Crdt& crdt() const override { return *plugin_->crdt(); }

private:
    OpenedPlugin plugin_;
};

}  // namespace

std::unique_ptr<Algorithm> linked_yjs() {
    return std::make_unique<LinkedYjs>();
}

std::unique_ptr<Algorithm> open_plugin_file(const std::filesystem::path& file) {
    return std::make_unique<PluginAlgorithm>(file);
}

}  // namespace weft::bench
