#include "reader.hpp"

#include "chunk.hpp"

#include <weft/storage_rules.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace weft::storage {
namespace {

#define WEFT_HEAD_COLUMNS                                                                  \
    "key, name, algorithm, epoch, head, head_mark, covered, version, content_seq, bytes, " \
    "updated_at, tail"

#define WEFT_VERSION_COLUMNS                                            \
    "number, seq, mark, kind, label, author, created_at, has_content, " \
    "length(CAST(content AS BLOB))"

std::string span_of(SeqRange seqs) {
    return seqs.first == seqs.last
               ? "seq " + std::to_string(seqs.first)
               : "seqs " + std::to_string(seqs.first) + " to " + std::to_string(seqs.last);
}

Error damaged(const std::string& document, SeqRange seqs) {
    return {Code::corrupt, document + ": what is stored of " + span_of(seqs) + " is damaged", 0};
}

Error named(const std::string& document, const Error& error) {
    return {error.code, document + ": " + error.message, 0};
}

Error hole(const std::string& document, SeqRange seqs) {
    return {Code::missing, document + ": nothing is stored of " + span_of(seqs), 0};
}

}  // namespace

Result<std::unique_ptr<Reader>> Reader::open(const Connection::Settings& settings) {
    Result<Connection> connection = Connection::open(settings);
    if (!connection) {
        return connection.error();
    }
    std::unique_ptr<Reader> reader(new Reader(*std::move(connection)));
    if (const Result<void> prepared = reader->prepare(); !prepared) {
        return prepared.error();
    }
    return reader;
}

Result<void> Reader::prepare() {
    // Keyframes and segments give first_seq, last_seq, mark, size, data, authored, created_at; chunks their marks and sizes.
    return connection_.prepare(
        {{begin_, "BEGIN"},
         {commit_, "COMMIT"},
         {find_, "SELECT " WEFT_HEAD_COLUMNS " FROM weft_documents WHERE name = ?1"},
         {list_, "SELECT " WEFT_HEAD_COLUMNS " FROM weft_documents WHERE name >= ?1 "
                 "AND name <> ?2 AND name < ?3 AND head > 0 ORDER BY name LIMIT ?4"},
         {keyframe_, "SELECT 1, seq, mark, size, data, NULL, created_at FROM weft_keyframes "
                     "WHERE doc_key = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT 1"},
         {segments_, "SELECT first_seq, last_seq, mark, size, data, authored, created_at "
                     "FROM weft_segments "
                     "WHERE doc_key = ?1 AND last_seq > ?2 ORDER BY last_seq"},
         {link_, "SELECT doc_key, first_seq, last_seq, previous FROM weft_chunks WHERE key = ?1"},
         {chunk_, "SELECT first_seq, last_seq, marks, sizes, data, authored, created_at "
                  "FROM weft_chunks WHERE key = ?1"},
         {tombstones_, "SELECT epoch, created_at, algorithm, state_vector FROM weft_tombstones "
                       "WHERE doc_key = ?1 ORDER BY epoch"},
         {versions_up_, "SELECT " WEFT_VERSION_COLUMNS " FROM weft_versions WHERE doc_key = ?1 "
                        "AND number > ?2 AND number < ?3 ORDER BY number LIMIT ?4"},
         {versions_down_, "SELECT " WEFT_VERSION_COLUMNS " FROM weft_versions WHERE doc_key = ?1 "
                          "AND number > ?2 AND number < ?3 ORDER BY number DESC LIMIT ?4"},
         {version_, "SELECT " WEFT_VERSION_COLUMNS ", content FROM weft_versions "
                    "WHERE doc_key = ?1 AND number = ?2"}});
}

template <class T, class Reading>
Result<T> Reader::in_snapshot(Reading&& reading) {
    if (const Result<void> begun = begin_.run(); !begun) {
        return begun.error();
    }
    Result<T> result = reading();
    // Nothing was written, so nothing can be lost here; a snapshot that stayed open would be met by the next BEGIN.
    static_cast<void>(commit_.run());
    return result;
}

Result<Loaded> Reader::load(const LoadRequest& request) {
    return in_snapshot<Loaded>([&] { return load_in_snapshot(request); });
}

Result<Loaded> Reader::load_in_snapshot(const LoadRequest& request) {
    const Result<Known> known = find(request.document);
    if (!known) {
        return known.error();
    }
    const Head& head = known->stat.head;
    if (request.as_of.value_or(0) > head.seq) {
        return storage_rules::above_the_head(request.document, *request.as_of, head.seq);
    }
    if (Result<void> checked = check_tail(*known); !checked) {
        return checked.error();
    }
    Chain chain{*known, 0, request.as_of.value_or(head.seq), request.max_bytes,
                request.with_authors};
    if (chain.wants_more()) {
        if (const Result<void> added = add_keyframe(chain); !added) {
            return added.error();
        }
        if (const Result<void> added = add_parts(chain); !added) {
            return added.error();
        }
        if (chain.position == head.seq && chain.parts.back().mark != head.mark) {
            return Error{Code::corrupt,
                         head.document + ": the mark at " + span_of({head.seq, head.seq}) +
                             " is not that of the head",
                         0};
        }
    }
    Result<std::vector<Tombstone>> tombstones = tombstones_of(*known);
    if (!tombstones) {
        return tombstones.error();
    }
    return Loaded{head, std::move(chain.parts), *std::move(tombstones),
                  chain.position >= chain.until};
}

/// There is a tail exactly where the head is above what is covered.
Result<void> Reader::check_tail(const Known& known) {
    const Head& head = known.stat.head;
    const bool agrees = (known.tail == 0) == (head.covered == head.seq);
    return agrees ? Result<void>{} : damaged(head.document, {head.covered + 1, head.seq});
}

Result<std::vector<Tombstone>> Reader::tombstones_of(const Known& known) {
    std::vector<Tombstone> tombstones;
    const Use use(tombstones_);
    tombstones_.bind(1, known.key);
    for (;;) {
        const Result<bool> row = tombstones_.step();
        if (!row) {
            return named(known.stat.head.document, row.error());
        }
        if (!*row) {
            return tombstones;
        }
        tombstones.push_back({tombstones_.natural(0), tombstones_.integer(1),
                              std::string(tombstones_.text(2)),
                              Buffer::copy_of(tombstones_.bytes(3))});
    }
}

Result<std::vector<StoredPart>> Reader::read(const ReadRequest& request) {
    return in_snapshot<std::vector<StoredPart>>([&] { return read_in_snapshot(request); });
}

Result<std::vector<StoredPart>> Reader::read_in_snapshot(const ReadRequest& request) {
    const Result<Known> known = find(request.document);
    if (!known) {
        return known.error();
    }
    const Head& head = known->stat.head;
    if (request.epoch != 0 && request.epoch != head.epoch) {
        return storage_rules::other_epoch(request.document, head.epoch, request.epoch);
    }
    Chain chain{*known, request.after_seq, std::min(request.until_seq, head.seq), request.max_bytes,
                request.with_authors};
    if (chain.wants_more()) {
        if (const Result<void> added = add_parts(chain); !added) {
            return added.error();
        }
    }
    return std::move(chain.parts);
}

Result<void> Reader::add_keyframe(Chain& chain) {
    const Use use(keyframe_);
    keyframe_.bind(1, chain.known.key);
    keyframe_.bind(2, chain.until);
    const Result<bool> found = keyframe_.step();
    if (!found) {
        return found.error();
    }
    return *found ? add(keyframe_, StoredPart::Kind::keyframe, chain) : Result<void>{};
}

/// Segments, then the tail, until the end or until the room is used up.
Result<void> Reader::add_parts(Chain& chain) {
    const Head& head = chain.known.stat.head;
    if (Result<void> added = add_segments(chain); !added) {
        return added;
    }
    if (Result<void> added = add_tail(chain); !added) {
        return added;
    }
    if (chain.wants_more() || chain.position > head.seq) {
        return Error{chain.position < head.seq ? Code::missing : Code::corrupt,
                     head.document + ": the rows end at seq " + std::to_string(chain.position) +
                         ", the head is at " + std::to_string(head.seq),
                     0};
    }
    return {};
}

Result<void> Reader::add_segments(Chain& chain) {
    const Use use(segments_);
    segments_.bind(1, chain.known.key);
    segments_.bind(2, chain.position);
    while (chain.wants_more()) {
        const Result<bool> row = segments_.step();
        if (!row) {
            return named(chain.known.stat.head.document, row.error());
        }
        if (!*row) {
            break;
        }
        if (Result<void> added = add(segments_, StoredPart::Kind::segment, chain); !added) {
            return added;
        }
    }
    return {};
}

Result<void> Reader::add_tail(Chain& chain) {
    if (!chain.wants_more()) {
        return {};
    }
    const Result<std::vector<std::int64_t>> keys = way_back(chain);
    if (!keys) {
        return keys.error();
    }
    for (auto key = keys->rbegin(); key != keys->rend() && chain.wants_more(); ++key) {
        if (Result<void> added = add_chunk(*key, chain); !added) {
            return added;
        }
    }
    return {};
}

/// The chunks from the head back to the one that follows the position or holds it. They are joined without a hole.
Result<std::vector<std::int64_t>> Reader::way_back(const Chain& chain) {
    const std::string& name = chain.known.stat.head.document;
    std::vector<std::int64_t> keys;
    std::int64_t key = chain.known.tail;
    for (std::uint64_t last = chain.known.stat.head.seq; last > chain.position;) {
        const Use use(link_);
        link_.bind(1, key);
        const Result<bool> found = link_.step();
        if (!found) {
            return named(name, found.error());
        }
        if (!*found) {
            return hole(name, {last, last});
        }
        const std::uint64_t first = link_.natural(1);
        if (link_.integer(0) != chain.known.key || first == 0 || first > last ||
            link_.natural(2) != last) {
            return damaged(name, {last, last});
        }
        keys.push_back(key);
        key = link_.integer(3);
        last = first - 1;
    }
    return keys;
}

Result<void> Reader::add(const Statement& row, StoredPart::Kind kind, Chain& chain) {
    const SeqRange seqs{row.natural(0), row.natural(1)};
    const BytesView bytes = row.bytes(4);
    const std::string& name = chain.known.stat.head.document;
    if (!row.is_bytes(4) || row.natural(3) != bytes.size() || seqs.first > seqs.last) {
        return damaged(name, seqs);
    }
    if (kind != StoredPart::Kind::keyframe && seqs.first > chain.position + 1) {
        return hole(name, {chain.position + 1, seqs.first - 1});
    }
    std::vector<StoredPart> part;
    part.push_back({kind, seqs, row.natural(2), Buffer::copy_of(bytes)});
    if (chain.with_authors && kind != StoredPart::Kind::keyframe) {
        if (Result<void> added = add_authors(row, name, part); !added) {
            return added;
        }
    }
    chain.take(std::move(part.front()));
    return {};
}

/// To neighbouring parts, from the column that tells who wrote all of them.
Result<void> Reader::add_authors(const Statement& row, const std::string& document,
                                 std::vector<StoredPart>& parts) {
    const SeqRange seqs{parts.front().seqs.first, parts.back().seqs.last};
    const std::int64_t created_at = row.integer(6);
    std::optional<std::vector<AuthoredRun>> runs{{{seqs.count(), created_at, created_at, ""}}};
    if (row.is_bytes(5)) {
        runs = decode_runs(row.bytes(5), seqs.count());
    }
    if (!runs) {
        return damaged(document, seqs);
    }
    for (StoredPart& part : parts) {
        part.authored = take_rows(*runs, part.seqs.count());
    }
    return {};
}

/// Where the position is inside the chunk, its rows before that are left out.
Result<void> Reader::add_chunk(std::int64_t key, Chain& chain) {
    const std::string& name = chain.known.stat.head.document;
    const Use use(chunk_);
    chunk_.bind(1, key);
    const Result<bool> found = chunk_.step();
    if (!found) {
        return named(name, found.error());
    }
    const SeqRange seqs{chunk_.natural(0), chunk_.natural(1)};
    std::optional<std::vector<StoredPart>> rows;
    if (chunk_.is_bytes(2) && chunk_.is_bytes(4)) {
        rows = unpack({seqs, chunk_.bytes(2), chunk_.text(3), chunk_.bytes(4)});
    }
    if (!rows) {
        return damaged(name, seqs);
    }
    if (chain.with_authors) {
        if (Result<void> added = add_authors(chunk_, name, *rows); !added) {
            return added;
        }
    }
    for (StoredPart& part : *rows) {
        if (chain.wants_more() && part.seqs.last > chain.position) {
            chain.take(std::move(part));
        }
    }
    return {};
}

void Reader::Chain::take(StoredPart part) {
    if (!parts.empty() && part.bytes.size() > room) {
        full = true;
        return;
    }
    room -= std::min<std::uint64_t>(room, part.bytes.size());
    position = part.seqs.last;
    parts.push_back(std::move(part));
}

Result<std::vector<Head>> Reader::heads(const std::vector<std::string>& documents) {
    return in_snapshot<std::vector<Head>>([&]() -> Result<std::vector<Head>> {
        std::vector<Head> heads;
        heads.reserve(documents.size());
        for (const std::string& document : documents) {
            Result<Known> known = find(document);
            if (!known) {
                return known.error();
            }
            heads.push_back(std::move(known->stat.head));
        }
        return heads;
    });
}

Result<std::vector<DocumentStat>> Reader::list(const ListRequest& request) {
    // No byte of UTF-8 is 0xff: this stands right behind every name that begins with the prefix.
    const std::string behind = request.prefix + '\xff';
    const Use use(list_);
    list_.bind(1, std::max(request.prefix, request.after));
    list_.bind(2, request.after);
    list_.bind(3, behind);
    list_.bind(4, std::uint64_t{request.limit});
    std::vector<DocumentStat> stats;
    for (;;) {
        const Result<bool> row = list_.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return stats;
        }
        stats.push_back(known_from(list_).stat);
    }
}

Result<DocumentStat> Reader::stat(const std::string& document) {
    Result<Known> known = find_existing(document);
    if (!known) {
        return known.error();
    }
    return std::move(known->stat);
}

Result<std::vector<Version>> Reader::versions(const VersionsRequest& request) {
    return in_snapshot<std::vector<Version>>([&]() -> Result<std::vector<Version>> {
        const Result<Known> known = find_existing(request.document);
        if (!known) {
            return known.error();
        }
        constexpr std::uint64_t number_max = std::numeric_limits<std::int64_t>::max();
        Statement& listing = request.newest_first ? versions_down_ : versions_up_;
        const Use use(listing);
        listing.bind(1, known->key);
        listing.bind(2, std::min(request.after, number_max));
        listing.bind(3, std::min(request.before, number_max));
        listing.bind(4, std::uint64_t{request.limit});
        std::vector<Version> versions;
        for (;;) {
            const Result<bool> row = listing.step();
            if (!row) {
                return named(request.document, row.error());
            }
            if (!*row) {
                return versions;
            }
            versions.push_back(version_from(listing));
        }
    });
}

Result<VersionContent> Reader::version(const VersionRequest& request) {
    return in_snapshot<VersionContent>([&]() -> Result<VersionContent> {
        const Result<Known> known = find_existing(request.document);
        if (!known) {
            return known.error();
        }
        const Use use(version_);
        version_.bind(1, known->key);
        version_.bind(2, request.number);
        const Result<bool> found = version_.step();
        if (!found) {
            return named(request.document, found.error());
        }
        if (!*found) {
            return storage_rules::no_such_version(request.document, request.number);
        }
        return VersionContent{version_from(version_), std::string(version_.text(9))};
    });
}

/// The columns of WEFT_VERSION_COLUMNS.
Version Reader::version_from(const Statement& row) {
    Version version;
    version.number = row.natural(0);
    version.seq = row.natural(1);
    version.mark = row.natural(2);
    version.kind = static_cast<VersionKind>(row.integer(3));
    version.label = row.text(4);
    version.author = row.text(5);
    version.unix_ms = row.integer(6);
    version.has_content = row.integer(7) != 0;
    version.content_bytes = row.natural(8);
    return version;
}

Result<Reader::Known> Reader::find_existing(const std::string& document) {
    Result<Known> known = find(document);
    if (known && !known->stat.head.exists) {
        return storage_rules::never_written(document);
    }
    return known;
}

Result<Reader::Known> Reader::find(const std::string& document) {
    const Use use(find_);
    find_.bind(1, document);
    const Result<bool> found = find_.step();
    if (!found) {
        return named(document, found.error());
    }
    if (*found) {
        return known_from(find_);
    }
    Known absent;
    absent.stat.head.document = document;
    return absent;
}

/// The columns of WEFT_HEAD_COLUMNS.
Reader::Known Reader::known_from(const Statement& row) const {
    Known known;
    known.key = row.integer(0);
    Head& head = known.stat.head;
    head.exists = row.natural(4) > 0;
    head.document = row.text(1);
    head.algorithm = row.text(2);
    head.epoch = row.natural(3);
    head.seq = row.natural(4);
    head.mark = row.natural(5);
    head.covered = row.natural(6);
    head.version = row.natural(7);
    head.content_seq = row.natural(8);
    known.stat.tail_rows = head.seq - head.covered;
    known.stat.bytes = row.natural(9);
    known.stat.updated_unix_ms = row.integer(10);
    known.tail = row.integer(11);
    return known;
}

}  // namespace weft::storage
