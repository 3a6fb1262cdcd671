// A call on a store that changes something, as it waits for its turn and is answered. For stores with a line of writes.
#pragma once

#include <weft/storage.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace weft {

/// What was asked and who is told, as the calls of the seam give it.
template <class Request, class Answer>
struct ChangeCall {
    Request request;
    Completion<Answer> done;
};

using ContentCall = ChangeCall<ContentRequest, void>;
using CompactCall = ChangeCall<CompactRequest, void>;
using ThinCall = ChangeCall<ThinRequest, void>;
using DeleteCall = ChangeCall<DeleteRequest, Deleted>;
using ForgetCall = ChangeCall<ForgetRequest, Forgotten>;

/// What came of it: the seqs of an append, and a number: the newest version, the new epoch, how many were forgotten.
struct StorageDone {
    SeqRange seqs;
    std::uint64_t number = 0;
};

/// One call on one document, or on all: then `document` is empty, which no name is.
struct StorageWrite {
    using Call =
        std::variant<AppendCall, ContentCall, CompactCall, ThinCall, DeleteCall, ForgetCall>;

    template <class T>
    requires std::is_constructible_v<Call, T&&>
    explicit StorageWrite(T&& made)
        : call(std::forward<T>(made)),
          bytes(std::visit([](const auto& one) { return bytes_of(one.request); }, call)) {}

    const std::string& document() const {
        return std::visit(
            [](const auto& one) -> const std::string& { return document_of(one.request); }, call);
    }

    template <class T>
    const T* get() const {
        return std::get_if<T>(&call);
    }

    void answer(const Result<StorageDone>& outcome) {
        std::visit([&](auto& one) { answer_one(one, outcome); }, call);
    }

    Call call;
    std::uint64_t bytes =
        0;  // of what is written, with something for each row: what bounds a transaction

private:
    static constexpr std::uint64_t row_bytes = 64;

    template <class Request>
    static const std::string& document_of(const Request& request) {
        return request.document;
    }
    static const std::string& document_of(const ForgetRequest&) {
        static const std::string all;
        return all;
    }

    static std::uint64_t bytes_of(const AppendRequest& request) {
        std::uint64_t bytes = 0;
        for (const Row& row : request.rows) {
            bytes += row.update.size() + row_bytes;
        }
        for (const NewVersion& version : request.versions) {
            bytes += (version.content ? version.content->size() : 0) + row_bytes;
        }
        return bytes;
    }
    static std::uint64_t bytes_of(const ContentRequest& request) {
        return request.text.size() + row_bytes;
    }
    static std::uint64_t bytes_of(const CompactRequest& request) {
        std::uint64_t bytes = request.keyframe ? request.keyframe->size() : 0;
        for (const NewSegment& segment : request.segments) {
            bytes += segment.bytes.size() + row_bytes;
        }
        return bytes + (request.content ? request.content->size() : 0);
    }
    static std::uint64_t bytes_of(const ThinRequest& request) {
        std::uint64_t bytes = row_bytes;
        for (const SegmentMerge& merge : request.merges) {
            bytes += merge.bytes.size() + row_bytes;
        }
        return bytes;
    }
    static std::uint64_t bytes_of(const DeleteRequest& request) {
        return request.state_vector.size() + row_bytes;
    }
    static std::uint64_t bytes_of(const ForgetRequest&) { return row_bytes; }

    static Appended answer_of(const AppendCall&, const StorageDone& done) {
        return {done.seqs, done.number};
    }
    static Deleted answer_of(const DeleteCall&, const StorageDone& done) { return {done.number}; }
    static Forgotten answer_of(const ForgetCall&, const StorageDone& done) { return {done.number}; }

    template <class One>
    static void answer_one(One& one, const Result<StorageDone>& outcome) {
        if (!outcome) {
            one.done(outcome.error());
        } else if constexpr (requires { answer_of(one, *outcome); }) {
            one.done(answer_of(one, *outcome));
        } else {
            one.done({});
        }
    }
};

}  // namespace weft
