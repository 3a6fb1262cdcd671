#include "kernel/doctor/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace weft {

namespace {

constexpr auto show_interval = std::chrono::milliseconds(100);
constexpr std::size_t shown_name_bytes_max = 40;

}  // namespace

std::string readable_size(std::uint64_t bytes) {
    constexpr std::array units{"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) {
        return fmt::format("{} B", bytes);
    }
    double size = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    for (; size >= 1024 && unit + 1 < units.size(); ++unit) {
        size /= 1024;
    }
    return fmt::format("{:.1f} {}", size, units[unit]);
}

void Progress::expect(std::uint64_t documents, std::uint64_t bytes) {
    documents_ = documents;
    bytes_ = bytes;
}

void Progress::begin(std::string_view document) {
    const auto now = std::chrono::steady_clock::now();
    if (terminal_ != nullptr && now - shown_at_ >= show_interval) {
        shown_at_ = now;
        show(document.substr(0, shown_name_bytes_max));
    }
}

void Progress::end(std::uint64_t bytes) {
    ++documents_done_;
    bytes_done_ += bytes;
}

void Progress::show(std::string_view document) {
    const std::uint64_t percent =
        100 * std::min(bytes_done_, bytes_) / std::max<std::uint64_t>(bytes_, 1);
    *terminal_ << fmt::format("\r\x1b[K{} {} of {} documents, {} of {} ({} %): {}", doing_,
                              documents_done_, documents_, readable_size(bytes_done_),
                              readable_size(bytes_), percent, document)
               << std::flush;
    is_shown_ = true;
}

void Progress::clear() {
    if (is_shown_) {
        *terminal_ << "\r\x1b[K" << std::flush;
        is_shown_ = false;
    }
}

}  // namespace weft
