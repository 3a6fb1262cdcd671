#include "trace.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace weft::bench {
namespace {

Bytes read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path.string());
    }
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

Transaction transaction_of(const nlohmann::json& json, std::deque<std::string>& texts) {
    Transaction transaction;
    transaction.agent = json.value("agent", std::size_t{0});
    transaction.parents = json.value("parents", std::vector<std::size_t>());
    for (const auto& patch : json.at("patches")) {
        const std::uint64_t position = patch.at(0);
        const std::uint64_t deleted = patch.at(1);
        std::string inserted = patch.at(2);
        if (deleted > 0) {
            transaction.edits.push_back(EditView::delete_text(text_root, position, deleted));
        }
        if (!inserted.empty()) {
            texts.push_back(std::move(inserted));
            transaction.edits.push_back(EditView::insert_text(text_root, position, texts.back()));
        }
    }
    return transaction;
}

/// Of text in the basic plane, as prepare.mjs promises: each code point is one unit.
std::uint64_t units_of(const std::string& text) {
    std::uint64_t units = 0;
    for (const char byte : text) {
        units += (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
    }
    return units;
}

}  // namespace

std::size_t Trace::edit_count() const {
    std::size_t count = 0;
    for (const Transaction& transaction : transactions) {
        count += transaction.edits.size();
    }
    return count;
}

void Messages::append(BytesView message) {
    bytes_.insert(bytes_.end(), message.begin(), message.end());
    ends_.push_back(bytes_.size());
}

BytesView Messages::view(std::size_t index) const {
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return BytesView(bytes_).subspan(begin, ends_[index] - begin);
}

std::vector<BytesView> Messages::views() const {
    std::vector<BytesView> views;
    views.reserve(ends_.size());
    for (std::size_t index = 0; index < ends_.size(); ++index) {
        views.push_back(view(index));
    }
    return views;
}

void Messages::clear() {
    bytes_.clear();
    ends_.clear();
}

Trace read_trace(const std::filesystem::path& folder) {
    const nlohmann::json json = nlohmann::json::parse(read_file(folder / "edits.json"));
    Trace trace;
    trace.concurrent = json.at("concurrent");
    trace.clients = json.at("clients").get<std::vector<std::uint64_t>>();
    trace.end_content = json.at("endContent");
    trace.end_units = units_of(trace.end_content);
    const auto texts = std::make_shared<std::deque<std::string>>();
    for (const auto& transaction : json.at("txns")) {
        trace.transactions.push_back(transaction_of(transaction, *texts));
    }
    trace.texts = texts;
    return trace;
}

Messages read_messages(const std::filesystem::path& folder) {
    const Bytes bytes = read_file(folder / "messages.bin");
    Messages messages;
    BytesView rest(bytes);
    while (!rest.empty()) {
        if (rest.size() < 4) {
            throw std::runtime_error("messages.bin ends inside a length");
        }
        const std::size_t length = rest[0] | static_cast<std::size_t>(rest[1]) << 8 |
                                   static_cast<std::size_t>(rest[2]) << 16 |
                                   static_cast<std::size_t>(rest[3]) << 24;
        if (length > rest.size() - 4) {
            throw std::runtime_error("messages.bin ends inside a message");
        }
        messages.append(rest.subspan(4, length));
        rest = rest.subspan(4 + length);
    }
    return messages;
}

Bytes read_state(const std::filesystem::path& folder) {
    return read_file(folder / "state.bin");
}

}  // namespace weft::bench
