#include "reader.hpp"

#include "array_text.hpp"

#include <weft/storage_rules.hpp>

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

namespace weft::postgres {
namespace {

// A load is read in pages, so that the text form of its bytes is never in memory as a whole.
constexpr std::uint64_t page_bytes = 4u << 20;

#define WEFT_KNOWN_COLUMNS                                                                  \
    "SELECT d.name, d.key, d.bucket, h.algorithm, h.epoch, h.head, h.head_mark, h.covered," \
    " h.version, c.content_seq, h.bytes,"                                                   \
    " (extract(epoch FROM h.updated_at) * 1000)::bigint"                                    \
    " FROM weft_documents d JOIN weft_heads h USING (key)"                                  \
    " LEFT JOIN weft_contents c ON c.key = h.key AND c.epoch = h.epoch WHERE "

constexpr Statement find_documents{"find_documents",
                                   WEFT_KNOWN_COLUMNS "d.name = ANY ($1::text[])"};

// $3: the first name behind all that have the prefix; empty where there is none.
constexpr Statement list_documents{
    "list_documents",
    WEFT_KNOWN_COLUMNS "h.head > 0 AND d.name >= $1 AND d.name > $2 AND ($3 = '' OR d.name < $3)"
                       " ORDER BY d.name LIMIT $4::bigint"};

constexpr Statement find_keyframe{
    "find_keyframe", "SELECT 0, 1, seq, mark, size, data, NULL, NULL, NULL"
                     " FROM weft_keyframes"
                     " WHERE bucket = $1::smallint AND doc_key = $2::bigint AND seq <= $3::bigint"
                     " ORDER BY seq DESC LIMIT 1"};

// Segments, then rows, from a seq on until one that begins after $5: the first, and as many of the next as $4 bytes take.
#define WEFT_READ_PAGE(of_segments, of_rows)                                                    \
    "SELECT kind, first_seq, last_seq, mark, size, data, authored, author, unix_ms FROM ("      \
    " SELECT *, sum(size) OVER (ORDER BY last_seq, kind) AS upto,"                              \
    "  row_number() OVER (ORDER BY last_seq, kind) AS number FROM ("                            \
    "  (SELECT 1 AS kind, first_seq, last_seq, mark, size, data, " of_segments                  \
    "   FROM weft_segments WHERE bucket = $1::smallint AND doc_key = $2::bigint"                \
    "   AND last_seq > $3::bigint AND first_seq <= $5::bigint)"                                 \
    "  UNION ALL"                                                                               \
    "  (SELECT 2, seq, seq, mark, octet_length(data), data, " of_rows                           \
    "   FROM weft_updates WHERE bucket = $1::smallint AND doc_key = $2::bigint"                 \
    "   AND seq > $3::bigint AND seq <= $5::bigint ORDER BY seq LIMIT 8192)) AS parts) AS page" \
    " WHERE number = 1 OR upto <= $4::bigint ORDER BY number"

#define WEFT_UNIX_MS "(extract(epoch FROM created_at) * 1000)::bigint"

constexpr Statement read_page{
    "read_page", WEFT_READ_PAGE("NULL::bytea AS authored, NULL AS author, NULL::bigint AS unix_ms",
                                "NULL::bytea, NULL, NULL::bigint")};

constexpr Statement read_authored_page{
    "read_authored_page", WEFT_READ_PAGE("authored, NULL AS author, " WEFT_UNIX_MS " AS unix_ms",
                                         "NULL::bytea, author, " WEFT_UNIX_MS)};

constexpr Statement find_tombstones{
    "find_tombstones", "SELECT epoch, " WEFT_UNIX_MS ", algorithm, state_vector"
                       " FROM weft_tombstones WHERE doc_key = $1::bigint ORDER BY epoch"};

#define WEFT_VERSION_COLUMNS                                       \
    "SELECT number, seq, mark, kind, label, author, " WEFT_UNIX_MS \
    ", has_content, octet_length(content)"

constexpr Statement list_versions_up{
    "list_versions_up",
    WEFT_VERSION_COLUMNS " FROM weft_versions WHERE doc_key = $1::bigint AND number > $2::bigint"
                         " AND number < $3::bigint ORDER BY number LIMIT $4::bigint"};

constexpr Statement list_versions_down{
    "list_versions_down",
    WEFT_VERSION_COLUMNS " FROM weft_versions WHERE doc_key = $1::bigint AND number > $2::bigint"
                         " AND number < $3::bigint ORDER BY number DESC LIMIT $4::bigint"};

constexpr Statement find_version{
    "find_version", WEFT_VERSION_COLUMNS
    ", content FROM weft_versions WHERE doc_key = $1::bigint AND number = $2::bigint"};

std::string span_of(SeqRange seqs) {
    return seqs.first == seqs.last
               ? "seq " + std::to_string(seqs.first)
               : "seqs " + std::to_string(seqs.first) + " to " + std::to_string(seqs.last);
}

Error named(const std::string& document, const Error& error) {
    return {error.code, document + ": " + error.message, 0};
}

constexpr char32_t last_character = 0x10ffff;

/// Takes the last character off valid UTF-8.
char32_t take_last_character(std::string& text) {
    char32_t character = 0;
    for (unsigned shift = 0; !text.empty(); shift += 6) {
        const auto byte = static_cast<unsigned char>(text.back());
        text.pop_back();
        if ((byte & 0xc0) != 0x80) {
            // The first byte of 1 to 4: its leading ones only count them.
            return shift == 0 ? byte : character | (byte & (0x3fu >> (shift / 6))) << shift;
        }
        character |= static_cast<char32_t>(byte & 0x3f) << shift;
    }
    return character;
}

void append_character(std::string& text, char32_t character) {
    const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
    if (character < 0x80) {
        put(character);
        return;
    }
    const unsigned more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    put((0xffu << (7 - more) & 0xff) | character >> (6 * more));
    for (unsigned left = more; left-- > 0;) {
        put(0x80 | (character >> (6 * left) & 0x3f));
    }
}

/// The first text in byte order behind all that begin with `prefix`; empty where there is none. Byte order is the order
/// of code points, so it is the prefix with its last character raised by one.
std::string behind_prefix(std::string prefix) {
    while (!prefix.empty()) {
        const char32_t character = take_last_character(prefix);
        if (character < last_character) {
            append_character(prefix, character == 0xd7ff ? 0xe000 : character + 1);
            return prefix;
        }
    }
    return {};
}

}  // namespace

template <class T, class Reading>
Result<T> Reader::in_snapshot(Reading&& reading) {
    if (const Result<Rows> begun =
            connection_.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        !begun) {
        return begun.error();
    }
    Result<T> result = reading();
    // Nothing was written, so nothing can be lost here; a transaction that stayed open would be met by the next BEGIN.
    static_cast<void>(connection_.execute("COMMIT"));
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
    Chain chain{*known, 0, request.as_of.value_or(head.seq), request.max_bytes,
                request.with_authors};
    if (chain.wants_more()) {
        if (const Result<void> added = add_keyframe(chain); !added) {
            return added.error();
        }
        while (chain.wants_more()) {
            if (const Result<void> added = add_page(chain, page_bytes); !added) {
                return added.error();
            }
        }
        const bool at_head = chain.position == head.seq;
        if (chain.position > head.seq || (at_head && chain.parts.back().mark != head.mark)) {
            return Error{Code::corrupt,
                         request.document + ": what is stored ends at seq " +
                             std::to_string(chain.position) + ", the head is at " +
                             std::to_string(head.seq) + " with another mark",
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

/// None in the first epoch.
Result<std::vector<Tombstone>> Reader::tombstones_of(const Known& known) {
    std::vector<Tombstone> tombstones;
    if (known.stat.head.epoch <= storage_rules::first_epoch) {
        return tombstones;
    }
    const Result<Rows> rows = connection_.run(find_tombstones, {known.key});
    if (!rows) {
        return named(known.stat.head.document, rows.error());
    }
    for (int row = 0; row < rows->count(); ++row) {
        tombstones.push_back({rows->natural(row, 0), rows->integer(row, 1),
                              std::string(rows->text(row, 2)), Buffer(rows->bytes(row, 3))});
    }
    return tombstones;
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
        if (const Result<void> added = add_page(chain, request.max_bytes); !added) {
            return added.error();
        }
    }
    return std::move(chain.parts);
}

Result<void> Reader::add_keyframe(Chain& chain) {
    const Result<Rows> rows = connection_.run(
        find_keyframe, {chain.known.bucket, chain.known.key, std::to_string(chain.until)});
    if (!rows) {
        return named(chain.known.stat.head.document, rows.error());
    }
    return rows->count() == 0 ? Result<void>{} : add(*rows, 0, chain);
}

/// What comes next: at least one part.
Result<void> Reader::add_page(Chain& chain, std::uint64_t max_bytes) {
    const Head& head = chain.known.stat.head;
    const auto room = std::min<std::uint64_t>({max_bytes, chain.room, 1u << 30});
    const Result<Rows> rows =
        connection_.run(chain.with_authors ? read_authored_page : read_page,
                        {chain.known.bucket, chain.known.key, std::to_string(chain.position),
                         std::to_string(room), std::to_string(chain.until)});
    if (!rows) {
        return named(head.document, rows.error());
    }
    if (rows->count() == 0) {
        return Error{
            Code::missing,
            head.document + ": nothing is stored of " + span_of({chain.position + 1, head.seq}), 0};
    }
    for (int row = 0; row < rows->count() && chain.wants_more(); ++row) {
        if (Result<void> added = add(*rows, row, chain); !added) {
            return added;
        }
    }
    return {};
}

Result<void> Reader::add(const Rows& rows, int row, Chain& chain) {
    const auto kind = static_cast<StoredPart::Kind>(rows.integer(row, 0));
    const SeqRange seqs{rows.natural(row, 1), rows.natural(row, 2)};
    const std::string& name = chain.known.stat.head.document;
    Bytes bytes = rows.bytes(row, 5);
    if (rows.natural(row, 4) != bytes.size() || seqs.first > seqs.last ||
        seqs.last > chain.known.stat.head.seq) {
        return Error{Code::corrupt, name + ": what is stored of " + span_of(seqs) + " is damaged",
                     0};
    }
    if (kind != StoredPart::Kind::keyframe && seqs.first > chain.position + 1) {
        return Error{
            Code::missing,
            name + ": nothing is stored of " + span_of({chain.position + 1, seqs.first - 1}), 0};
    }
    if (!chain.parts.empty() && bytes.size() > chain.room) {
        chain.full = true;
        return {};
    }
    std::vector<AuthoredRun> authored;
    if (chain.with_authors && kind != StoredPart::Kind::keyframe) {
        auto runs = authors_of(rows, row, seqs);
        if (!runs) {
            return Error{Code::corrupt, name + ": the authors of " + span_of(seqs) + " are damaged",
                         0};
        }
        authored = *std::move(runs);
    }
    chain.room -= std::min<std::uint64_t>(chain.room, bytes.size());
    chain.position = seqs.last;
    chain.parts.push_back(
        {kind, seqs, rows.natural(row, 3), Buffer(std::move(bytes)), std::move(authored)});
    return {};
}

std::optional<std::vector<AuthoredRun>> Reader::authors_of(const Rows& rows, int row,
                                                           SeqRange seqs) {
    if (!rows.text(row, 6).empty()) {
        return decode_runs(rows.bytes(row, 6), seqs.count());
    }
    const std::int64_t unix_ms = rows.integer(row, 8);
    return std::vector<AuthoredRun>{
        {seqs.count(), unix_ms, unix_ms, std::string(rows.text(row, 7))}};
}

Result<std::vector<Head>> Reader::heads(const std::vector<std::string>& documents) {
    const Result<std::vector<Known>> found = find_all(documents);
    if (!found) {
        return found.error();
    }
    std::unordered_map<std::string_view, const Head*> head_of;
    for (const Known& known : *found) {
        head_of.emplace(known.stat.head.document, &known.stat.head);
    }
    std::vector<Head> heads;
    heads.reserve(documents.size());
    for (const std::string& document : documents) {
        const auto at = head_of.find(document);
        if (at == head_of.end()) {
            heads.emplace_back().document = document;
        } else {
            heads.push_back(*at->second);
        }
    }
    return heads;
}

Result<std::vector<DocumentStat>> Reader::list(const ListRequest& request) {
    const Result<Rows> rows = connection_.run(list_documents, {request.prefix, request.after,
                                                               behind_prefix(request.prefix),
                                                               std::to_string(request.limit)});
    if (!rows) {
        return rows.error();
    }
    std::vector<DocumentStat> stats;
    for (int row = 0; row < rows->count(); ++row) {
        stats.push_back(known_from(*rows, row).stat);
    }
    return stats;
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
        const Result<Rows> rows = connection_.run(
            request.newest_first ? list_versions_down : list_versions_up,
            {known->key, std::to_string(std::min(request.after, number_max)),
             std::to_string(std::min(request.before, number_max)), std::to_string(request.limit)});
        if (!rows) {
            return named(request.document, rows.error());
        }
        std::vector<Version> versions;
        for (int row = 0; row < rows->count(); ++row) {
            versions.push_back(version_from(*rows, row));
        }
        return versions;
    });
}

Result<VersionContent> Reader::version(const VersionRequest& request) {
    return in_snapshot<VersionContent>([&]() -> Result<VersionContent> {
        const Result<Known> known = find_existing(request.document);
        if (!known) {
            return known.error();
        }
        constexpr std::uint64_t number_max = std::numeric_limits<std::int64_t>::max();
        const Result<Rows> rows = connection_.run(
            find_version, {known->key, std::to_string(std::min(request.number, number_max))});
        if (!rows) {
            return named(request.document, rows.error());
        }
        if (rows->count() == 0) {
            return storage_rules::no_such_version(request.document, request.number);
        }
        return VersionContent{version_from(*rows, 0), std::string(rows->text(0, 9))};
    });
}

/// The columns of WEFT_VERSION_COLUMNS.
Version Reader::version_from(const Rows& rows, int row) {
    Version version;
    version.number = rows.natural(row, 0);
    version.seq = rows.natural(row, 1);
    version.mark = rows.natural(row, 2);
    version.kind = static_cast<VersionKind>(rows.integer(row, 3));
    version.label = rows.text(row, 4);
    version.author = rows.text(row, 5);
    version.unix_ms = rows.integer(row, 6);
    version.has_content = rows.boolean(row, 7);
    version.content_bytes = rows.natural(row, 8);
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
    Result<std::vector<Known>> found = find_all({document});
    if (!found) {
        return named(document, found.error());
    }
    if (!found->empty()) {
        return std::move(found->front());
    }
    Known absent;
    absent.stat.head.document = document;
    return absent;
}

Result<std::vector<Reader::Known>> Reader::find_all(const std::vector<std::string>& documents) {
    ArrayText names;
    for (const std::string& document : documents) {
        names.add(document);
    }
    const Result<Rows> rows = connection_.run(find_documents, {std::move(names).take()});
    if (!rows) {
        return rows.error();
    }
    std::vector<Known> found;
    for (int row = 0; row < rows->count(); ++row) {
        found.push_back(known_from(*rows, row));
    }
    return found;
}

/// The columns of WEFT_KNOWN_COLUMNS.
Reader::Known Reader::known_from(const Rows& rows, int row) {
    Known known;
    known.key = rows.text(row, 1);
    known.bucket = rows.text(row, 2);
    Head& head = known.stat.head;
    head.document = rows.text(row, 0);
    head.algorithm = rows.text(row, 3);
    head.seq = rows.natural(row, 5);
    head.exists = head.seq > 0;
    // A name whose first append failed was never a document.
    const std::uint64_t epoch = rows.natural(row, 4);
    head.epoch = head.exists || epoch > storage_rules::first_epoch ? epoch : 0;
    head.mark = rows.natural(row, 6);
    head.covered = rows.natural(row, 7);
    head.version = rows.natural(row, 8);
    head.content_seq = rows.natural(row, 9);
    known.stat.tail_rows = head.seq - head.covered;
    known.stat.bytes = rows.natural(row, 10);
    known.stat.updated_unix_ms = rows.integer(row, 11);
    return known;
}

}  // namespace weft::postgres
