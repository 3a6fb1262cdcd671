// A prepared trace: who edited what, and the updates that Yjs made of it. bench/crdt/prepare.mjs writes the files.
#pragma once

#include <weft/bytes.hpp>
#include <weft/crdt.hpp>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace weft::bench {

struct Transaction {
    std::size_t agent = 0;
    std::vector<std::size_t> parents;  // earlier transactions; empty in a sequential trace
    std::vector<EditView> edits;
};

struct Trace {
    bool concurrent = false;
    std::vector<std::uint64_t> clients;  // of each agent, real ones of 32 bits
    std::string end_content;
    std::uint64_t end_units = 0;  // of `end_content`, in UTF-16
    std::vector<Transaction> transactions;
    std::shared_ptr<const std::deque<std::string>> texts;  // what the edits insert

    std::size_t edit_count() const;
};

/// The root that every trace is typed into.
inline constexpr const char* text_root = "text";

/// Update messages one behind the other in one piece of memory.
class Messages {
public:
    void append(BytesView message);
    /// Valid until the next `append`.
    BytesView view(std::size_t index) const;
    std::vector<BytesView> views() const;
    void clear();

private:
    Bytes bytes_;
    std::vector<std::size_t> ends_;
};

/// `edits.json`, `messages.bin` and `state.bin` of a folder. Throw std::runtime_error when they cannot be read.
Trace read_trace(const std::filesystem::path& folder);
Messages read_messages(const std::filesystem::path& folder);
Bytes read_state(const std::filesystem::path& folder);

}  // namespace weft::bench
