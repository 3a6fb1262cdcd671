// How far a long command has come: one line on a terminal, which is written over; nothing elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace weft {

/// "1.4 MiB"
std::string readable_size(std::uint64_t bytes);

/// Threads   One.
class Progress {
public:
    /// `terminal` is null where nobody watches; else it outlives this.
    Progress(std::ostream* terminal, std::string_view doing) : terminal_(terminal), doing_(doing) {}
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void expect(std::uint64_t documents, std::uint64_t bytes);
    void begin(std::string_view document);
    void end(std::uint64_t bytes);

    /// Before something else is printed.
    void clear();

private:
    void show(std::string_view document);

    std::ostream* terminal_;
    std::string doing_;
    std::uint64_t documents_ = 0;
    std::uint64_t documents_done_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t bytes_done_ = 0;
    bool is_shown_ = false;
    std::chrono::steady_clock::time_point shown_at_{};
};

}  // namespace weft
