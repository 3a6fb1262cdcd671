#pragma once

#include "rga_crdt.hpp"
#include "yjs_crdt.hpp"

#include <weft/storage.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

inline std::unique_ptr<Crdt> crdt_named(std::string_view name) {
    if (name == "rga") {
        return std::make_unique<rga::RgaCrdt>();
    }
    return std::make_unique<yjs::YjsCrdt>(yjs::YjsOptions{});
}

/// A client that types, and the rows that a store would have of it. The mark of a row is 100 times its seq.
class TypedRows {
public:
    explicit TypedRows(const Crdt& crdt) : crdt_(crdt), replica_(crdt.create_replica({7, 0, 0})) {}

    void insert(std::uint64_t position, std::string_view text) {
        store(Edit::insert_text("text", position, text));
    }
    void erase(std::uint64_t position, std::uint64_t length) {
        store(Edit::delete_text("text", position, length));
    }
    void type_words(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            insert(0, "word " + std::to_string(rows.size()) + " ");
        }
    }

    std::string text() const { return text_of(*replica_); }
    Digest digest() const { return replica_->digest(); }

    /// What the parts replay to.
    std::string text_of_parts(const std::vector<BytesView>& parts) const {
        const auto replica = crdt_.create_replica({});
        return replica->load(parts).ok() ? text_of(*replica) : "(does not load)";
    }

    std::vector<StoredPart> rows;

private:
    static std::string text_of(const Replica& replica) {
        auto text = replica.text("text", 0, all_units);
        return text ? *text : "(no text)";
    }

    void store(const Edit& edit) {
        Bytes update;
        if (replica_->edit({&edit, 1}, update)) {
            const std::uint64_t seq = rows.size() + 1;
            rows.push_back(
                {StoredPart::Kind::row, {seq, seq}, 100 * seq, Buffer(std::move(update))});
        }
    }

    const Crdt& crdt_;
    std::unique_ptr<Replica> replica_;
};

}  // namespace weft
