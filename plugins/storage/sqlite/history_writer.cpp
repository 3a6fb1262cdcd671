#include "history_writer.hpp"

#include "stored_history.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace weft::storage {
using namespace storage_rules;

Result<void> HistoryWriter::prepare(Connection& connection) {
    return connection.prepare(
        {{find_, "SELECT key, epoch, head, covered, tail, content_seq, algorithm "
                 "FROM weft_documents WHERE name = ?1"},
         {link_, "SELECT doc_key, first_seq, last_seq, previous FROM weft_chunks WHERE key = ?1"},
         {chunk_, "SELECT first_seq, last_seq, marks, sizes, data, authored, created_at "
                  "FROM weft_chunks WHERE key = ?1"},
         {insert_segment_, "INSERT INTO weft_segments "
                           "(doc_key, first_seq, last_seq, mark, size, data, created_at, authored) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"},
         {insert_keyframe_, "INSERT INTO weft_keyframes "
                            "(doc_key, seq, mark, size, data, created_at) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
         {delete_chunk_, "DELETE FROM weft_chunks WHERE key = ?1"},
         {shorten_chunk_, "UPDATE weft_chunks SET first_seq = ?2, previous = 0, marks = ?3, "
                          "sizes = ?4, data = ?5, authored = ?6 WHERE key = ?1"},
         {cover_, "UPDATE weft_documents SET covered = ?2, tail = ?3, bytes = bytes + ?4 "
                  "WHERE key = ?1"},
         {write_content_, "INSERT INTO weft_contents (doc_key, content) VALUES (?1, ?2) "
                          "ON CONFLICT (doc_key) DO UPDATE SET content = excluded.content"},
         {show_, "UPDATE weft_documents SET content_seq = ?2 WHERE key = ?1"},
         {versions_, "SELECT number, seq FROM weft_versions WHERE doc_key = ?1"},
         {segments_, "SELECT first_seq, last_seq, mark, size, authored, created_at "
                     "FROM weft_segments WHERE doc_key = ?1 AND last_seq >= ?2 AND last_seq <= ?3 "
                     "ORDER BY last_seq"},
         {delete_segments_,
          "DELETE FROM weft_segments WHERE doc_key = ?1 AND last_seq >= ?2 AND last_seq <= ?3"},
         {keyframe_size_, "SELECT size FROM weft_keyframes WHERE doc_key = ?1 AND seq = ?2"},
         {delete_keyframe_, "DELETE FROM weft_keyframes WHERE doc_key = ?1 AND seq = ?2"},
         {delete_version_, "DELETE FROM weft_versions WHERE doc_key = ?1 AND number = ?2"},
         {change_bytes_, "UPDATE weft_documents SET bytes = bytes + ?2 WHERE key = ?1"},
         {insert_version_,
          "INSERT INTO weft_versions (doc_key, number, seq, mark, kind, label, author, content, "
          "has_content, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"},
         {version_content_, "UPDATE weft_versions SET content = ?4, has_content = 1 "
                            "WHERE number = ?2 AND seq = ?3 AND has_content = 0 AND doc_key = "
                            "(SELECT key FROM weft_documents WHERE name = ?1 AND epoch = ?5)"},
         {end_epoch_, "UPDATE weft_documents SET epoch = epoch + 1, head = 0, head_mark = 0, "
                      "tail = 0, covered = 0, version = 0, content_seq = 0, bytes = 0, "
                      "algorithm = '', updated_at = ?2 WHERE key = ?1"},
         {insert_tombstone_,
          "INSERT INTO weft_tombstones (doc_key, epoch, algorithm, state_vector, created_at) "
          "VALUES (?1, ?2, ?3, ?4, ?5)"},
         {delete_all_chunks_, "DELETE FROM weft_chunks WHERE doc_key = ?1"},
         {delete_all_segments_, "DELETE FROM weft_segments WHERE doc_key = ?1"},
         {delete_all_keyframes_, "DELETE FROM weft_keyframes WHERE doc_key = ?1"},
         {delete_all_versions_, "DELETE FROM weft_versions WHERE doc_key = ?1"},
         {delete_content_, "DELETE FROM weft_contents WHERE doc_key = ?1"},
         {forget_, "DELETE FROM weft_tombstones WHERE created_at < ?1 RETURNING epoch"}});
}

/// A later epoch is a conflict also where the document is gone.
Result<HistoryWriter::Place> HistoryWriter::find(const std::string& document, std::uint64_t epoch) {
    const Use use(find_);
    find_.bind(1, document);
    const Result<bool> found = find_.step();
    if (!found) {
        return found.error();
    }
    if (!*found) {
        return never_written(document);
    }
    if (find_.natural(1) != epoch) {
        return other_epoch(document, find_.natural(1), epoch);
    }
    if (find_.natural(2) == 0) {
        return never_written(document);
    }
    return Place{find_.integer(0), find_.natural(1), find_.natural(2),          find_.natural(3),
                 find_.integer(4), find_.natural(5), std::string(find_.text(6))};
}

// ---- thinning ----

Result<void> HistoryWriter::thin(const ThinRequest& request, std::int64_t now_ms,
                                 Result<StorageDone>& outcome) {
    const Result<Place> place = find(request.document, request.epoch);
    if (!place) {
        return refuse_or_end(place.error(), outcome);
    }
    std::vector<Merged> merged;
    for (const SegmentMerge& merge : request.merges) {
        Result<Merged> read = read_merged(merge, *place, request.document);
        if (!read) {
            return refuse_or_end(read.error(), outcome);
        }
        merged.push_back(*std::move(read));
    }
    if (const Result<void> checked = check_kept(request, *place); !checked) {
        return refuse_or_end(checked.error(), outcome);
    }
    const Result<std::uint64_t> keyframes = keyframe_bytes(request, *place);
    if (!keyframes) {
        return refuse_or_end(keyframes.error(), outcome);
    }
    auto bytes = -static_cast<std::int64_t>(*keyframes);
    for (std::size_t i = 0; i < merged.size(); ++i) {
        if (Result<void> swapped = swap_segments(request.merges[i], merged[i], *place, now_ms);
            !swapped) {
            return swapped;
        }
        bytes += static_cast<std::int64_t>(request.merges[i].bytes.size());
        bytes -= static_cast<std::int64_t>(merged[i].bytes);
    }
    if (Result<void> dropped = drop(delete_version_, *place, request.versions_gone); !dropped) {
        return dropped;
    }
    if (Result<void> dropped = drop(delete_keyframe_, *place, request.keyframes_gone); !dropped) {
        return dropped;
    }
    change_bytes_.bind(1, place->key);
    change_bytes_.bind(2, bytes);
    return change_bytes_.run();
}

Result<void> HistoryWriter::swap_segments(const SegmentMerge& merge, const Merged& merged,
                                          const Place& place, std::int64_t now_ms) {
    const SeqRange seqs{merge.first_seq, merge.last_seqs.back()};
    delete_segments_.bind(1, place.key);
    delete_segments_.bind(2, seqs.first);
    delete_segments_.bind(3, seqs.last);
    if (Result<void> deleted = delete_segments_.run(); !deleted) {
        return deleted;
    }
    return insert_segment(place.key, seqs, merge.mark, merge.bytes.view(), merged.authored, now_ms);
}

Result<void> HistoryWriter::drop(Statement& statement, const Place& place,
                                 const std::vector<std::uint64_t>& numbers) {
    for (const std::uint64_t number : numbers) {
        statement.bind(1, place.key);
        statement.bind(2, number);
        if (Result<void> dropped = statement.run(); !dropped) {
            return dropped;
        }
    }
    return {};
}

Result<HistoryWriter::Merged> HistoryWriter::read_merged(const SegmentMerge& merge,
                                                         const Place& place,
                                                         const std::string& document) {
    Merged merged;
    std::uint64_t next = merge.first_seq;
    const Use use(segments_);
    segments_.bind(1, place.key);
    segments_.bind(2, merge.first_seq);
    segments_.bind(3, merge.last_seqs.back());
    for (const std::uint64_t last : merge.last_seqs) {
        const Result<bool> row = segments_.step();
        if (!row) {
            return row.error();
        }
        if (!*row || segments_.natural(0) != next || segments_.natural(1) != last) {
            return other_segments(document, merge);
        }
        auto authored = runs_in(segments_, 4, last - next + 1, segments_.integer(5));
        if (!authored) {
            return damaged_at(document, last);
        }
        for (AuthoredRun& run : *authored) {
            add_run(merged.authored, std::move(run));
        }
        if (last == merge.last_seqs.back() && segments_.natural(2) != merge.mark) {
            return other_segments(document, merge);
        }
        merged.bytes += segments_.natural(3);
        next = last + 1;
    }
    return merged;
}

/// The versions that go are there, and none that stays is inside a merge.
Result<void> HistoryWriter::check_kept(const ThinRequest& request, const Place& place) {
    std::size_t going = 0;
    const Use use(versions_);
    versions_.bind(1, place.key);
    for (;;) {
        const Result<bool> row = versions_.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            break;
        }
        const std::uint64_t number = versions_.natural(0);
        const auto& gone = request.versions_gone;
        if (std::find(gone.begin(), gone.end(), number) != gone.end()) {
            ++going;
        } else if (merges_across(request, versions_.natural(1))) {
            return version_inside(request.document, number, versions_.natural(1));
        }
    }
    return going == request.versions_gone.size()
               ? Result<void>{}
               : conflict(request.document + ": a version is gone already");
}

Result<std::uint64_t> HistoryWriter::keyframe_bytes(const ThinRequest& request,
                                                    const Place& place) {
    std::uint64_t bytes = 0;
    for (const std::uint64_t seq : request.keyframes_gone) {
        const Use use(keyframe_size_);
        keyframe_size_.bind(1, place.key);
        keyframe_size_.bind(2, seq);
        const Result<bool> found = keyframe_size_.step();
        if (!found) {
            return found.error();
        }
        if (!*found) {
            return conflict(request.document + ": the keyframe at seq " + std::to_string(seq) +
                            " is gone already");
        }
        bytes += keyframe_size_.natural(0);
    }
    return bytes;
}

// ---- versions ----

Result<void> HistoryWriter::add_versions(const AppendRequest& request, NewVersion::At at,
                                         std::int64_t key, std::uint64_t seq, std::int64_t now_ms,
                                         std::uint64_t& number) {
    for (const NewVersion& version : request.versions) {
        if (version.at != at) {
            continue;
        }
        insert_version_.bind(1, key);
        insert_version_.bind(2, ++number);
        insert_version_.bind(3, seq);
        insert_version_.bind(4, version.mark);
        insert_version_.bind(5, static_cast<std::int64_t>(version.kind));
        insert_version_.bind(6, std::string_view(version.label));
        insert_version_.bind(7, std::string_view(version.author));
        insert_version_.bind(8, version.content ? std::string_view(*version.content) : "");
        insert_version_.bind(9, std::int64_t{version.content.has_value()});
        insert_version_.bind(10, now_ms);
        if (Result<void> inserted = insert_version_.run(); !inserted) {
            return inserted;
        }
    }
    return {};
}

Result<void> HistoryWriter::write_version_content(const ContentRequest& request) {
    version_content_.bind(1, std::string_view(request.document));
    version_content_.bind(2, request.version);
    version_content_.bind(3, request.seq);
    version_content_.bind(4, std::string_view(request.text));
    version_content_.bind(5, request.epoch);
    return version_content_.run();
}

// ---- deletion ----

Result<void> HistoryWriter::delete_document(const DeleteRequest& request, std::int64_t now_ms,
                                            Result<StorageDone>& outcome) {
    const Result<Place> place = find(request.document, request.epoch);
    if (!place) {
        return refuse_or_end(place.error(), outcome);
    }
    if (request.expect_seq && *request.expect_seq != place->head) {
        outcome = conflict(request.document + " is at seq " + std::to_string(place->head) +
                           ", not " + std::to_string(*request.expect_seq));
        return {};
    }
    insert_tombstone_.bind(1, place->key);
    insert_tombstone_.bind(2, place->epoch);
    insert_tombstone_.bind(3, std::string_view(place->algorithm));
    insert_tombstone_.bind(4, request.state_vector.view());
    insert_tombstone_.bind(5, now_ms);
    if (Result<void> inserted = insert_tombstone_.run(); !inserted) {
        return inserted;
    }
    if (Result<void> deleted = delete_chunks(*place); !deleted) {
        return deleted;
    }
    for (Statement* statement :
         {&delete_all_segments_, &delete_all_keyframes_, &delete_all_versions_, &delete_content_}) {
        if (Result<void> deleted = run_for(*statement, place->key); !deleted) {
            return deleted;
        }
    }
    end_epoch_.bind(1, place->key);
    end_epoch_.bind(2, now_ms);
    outcome = StorageDone{{}, place->epoch + 1};
    return end_epoch_.run();
}

/// By their chain. Where that is broken the whole table is searched: a damaged document can still be deleted.
Result<void> HistoryWriter::delete_chunks(const Place& place) {
    const Result<std::vector<Covered>> chunks = chunks_behind(place, "", place.head);
    if (place.covered < place.head && !chunks) {
        return is_refusal(chunks.error()) ? run_for(delete_all_chunks_, place.key)
                                          : Result<void>(chunks.error());
    }
    if (place.covered < place.head) {
        for (const Covered& chunk : *chunks) {
            if (Result<void> deleted = run_for(delete_chunk_, chunk.key); !deleted) {
                return deleted;
            }
        }
    }
    return {};
}

Result<void> HistoryWriter::run_for(Statement& statement, std::int64_t key) {
    statement.bind(1, key);
    return statement.run();
}

Result<void> HistoryWriter::forget(const ForgetRequest& request, Result<StorageDone>& outcome) {
    const Use use(forget_);
    forget_.bind(1, request.unix_ms);
    std::uint64_t count = 0;
    for (;;) {
        const Result<bool> row = forget_.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            outcome = StorageDone{{}, count};
            return {};
        }
        ++count;
    }
}

}  // namespace weft::storage
