// Any bytes as a YAML file and as a --set: the reader answers with a configuration or with lines, and what it shows reads back.
#include "kernel/assert.hpp"
#include "kernel/config/config.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(reinterpret_cast<const char*>(data), size);
    weft::ConfigRequest request;
    request.source = "c.yaml";
    request.folder = "/etc/weft";
    request.environment = [](const std::string& name) {
        return name.size() % 2 == 0 ? std::optional<std::string>("1s") : std::nullopt;
    };
    // What follows a zero byte is a setting: the two meet in one tree.
    if (const auto zero = text.find('\0'); zero != std::string::npos) {
        request.settings.push_back(text.substr(zero + 1));
        text.resize(zero);
    }
    request.text = std::move(text);

    const weft::ConfigReading reading = weft::read_config(request);
    for (const std::string& error : reading.errors) {
        WEFT_ASSERT(!error.empty() && error.find('\n') == std::string::npos);
    }
    if (reading.errors.empty()) {
        static_cast<void>(weft::show_config(reading.config));
    }
    return 0;
}
