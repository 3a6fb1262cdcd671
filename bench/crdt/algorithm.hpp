// The algorithm that is measured: linked in, or out of the plugin's shared object as the server opens it.
#pragma once

#include <weft/crdt.hpp>

#include <filesystem>
#include <memory>

namespace weft::bench {

/// Keeps what stands behind a `Crdt` alive.
class Algorithm {
public:
    virtual ~Algorithm() = default;
    virtual const Crdt& crdt() const = 0;
};

/// The engine of the plugin `yjs`, linked statically.
std::unique_ptr<Algorithm> linked_yjs();

/// The crdt plugin in `file`, <folder>/crdt/<name>.so, behind the plugin host. Throws std::runtime_error.
std::unique_ptr<Algorithm> open_plugin_file(const std::filesystem::path& file);

}  // namespace weft::bench
