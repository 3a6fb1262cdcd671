// The same histories in the plugin's shared object, as the server opens it: `native NAME FIRST COUNT` writes each log behind
// its length, 32 bits little-endian, to the standard output.
#include "histories.hpp"

#include "kernel/host/plugin_host.hpp"
#include "unit/host/recording_services.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace {

void write(weft::BytesView bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size()) {
        std::exit(1);
    }
}

void write_log(const weft::Crdt& crdt, std::uint64_t seed) {
    weft::Bytes log;
    weft::wasm_test::log_history(crdt, seed, log);
    weft::Bytes length;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        length.push_back(static_cast<std::uint8_t>(log.size() >> shift));
    }
    write(length);
    write(log);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: native NAME FIRST COUNT\n");
        return 2;
    }
    weft::RecordingServices services;
    weft::PluginHost host(services);
    const auto folder = std::filesystem::path(WEFT_BUILD_DIR) / "plugins";
    auto plugin = host.load({"crdt", argv[1], "the command line", {}}, std::vector{folder});
    if (!plugin) {
        std::fprintf(stderr, "%s\n", plugin.error().message.c_str());
        return 1;
    }
    if (const auto started = (*plugin)->start(); !started) {
        std::fprintf(stderr, "%s\n", started.error().message.c_str());
        return 1;
    }
    const std::uint64_t first = std::strtoull(argv[2], nullptr, 10);
    const std::uint64_t count = std::strtoull(argv[3], nullptr, 10);
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        write_log(*(*plugin)->crdt(), seed);
    }
    return 0;
}
