#include "writer.hpp"

#include "append_statement.hpp"
#include "array_text.hpp"

#include <weft/storage_rules.hpp>

#include <algorithm>
#include <utility>

namespace weft::postgres {

using namespace storage_rules;

namespace {

constexpr std::size_t known_max = 10'000;

// As hexadecimal digits, PostgreSQL takes somewhat less than 2^30 characters in one value.
constexpr std::uint64_t append_bytes_max = 400u << 20;

constexpr Statement find_names{"find_names", "SELECT d.name, d.key, d.bucket, h.head, h.epoch FROM "
                                             "weft_documents d JOIN weft_heads h USING (key) "
                                             "WHERE d.name = ANY ($1::text[])"};

// Locking the heads writes, if only that: so this commit waits for the standbys which those in doubt waited for.
constexpr Statement find_rows{
    "find_rows",
    "WITH locked AS MATERIALIZED ("
    " SELECT key, covered, version FROM weft_heads WHERE key = ANY ($1::bigint[])"
    " ORDER BY key FOR UPDATE)"
    "SELECT a.key, l.covered, u.seq, l.version"
    " FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[],"
    "             $6::bigint[]) AS a (key, bucket, head_before, rows, first_mark, last_mark)"
    " JOIN locked l USING (key)"
    " LEFT JOIN weft_updates u ON u.bucket = a.bucket AND u.doc_key = a.key"
    "  AND u.seq > a.head_before AND u.mark = a.first_mark"
    "  AND EXISTS (SELECT FROM weft_updates v WHERE v.bucket = a.bucket AND v.doc_key = a.key"
    "              AND v.seq = u.seq + a.rows - 1 AND v.mark = a.last_mark)"
    " ORDER BY u.seq"};

constexpr Statement write_texts{
    "write_texts",
    "WITH asked AS ("
    " SELECT a.*, d.key, h.head, h.epoch AS epoch_now"
    " FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[]) AS a (name, epoch, seq, "
    "content)"
    " JOIN weft_documents d USING (name) JOIN weft_heads h USING (key) WHERE h.head > 0),"
    "written AS ("
    " INSERT INTO weft_contents AS c (key, epoch, content_seq, content)"
    " SELECT key, epoch, seq, content FROM asked WHERE epoch = epoch_now AND seq <= head"
    " ORDER BY key"
    " ON CONFLICT (key) DO UPDATE SET epoch = excluded.epoch, content_seq = excluded.content_seq,"
    "  content = excluded.content"
    " WHERE (c.epoch, c.content_seq) <= (excluded.epoch, excluded.content_seq))"
    "SELECT name FROM asked"};

/// Errors of the server as a whole: each write alone would meet them too.
bool concerns_everyone(Code code) {
    return code == Code::unavailable || code == Code::no_memory;
}

bool is_text(std::string_view value) {
    return value.find('\0') == std::string_view::npos;
}

/// Why it cannot be the first append of a document, if it cannot.
std::optional<Error> unfit_as_first(const AppendRequest& request) {
    if (request.expect_seq.value_or(0) != 0) {
        return conflict(request.document + " is at seq 0, not " +
                        std::to_string(*request.expect_seq));
    }
    if (epoch_of(request.epoch) != first_epoch) {
        return other_epoch(request.document, first_epoch, request.epoch);
    }
    return std::nullopt;
}

}  // namespace

Writer::Writer(Durability promised, Host& host, StorageHealth& health)
    : promised_(promised), host_(host), health_(health),
      commits_(host.define_metric(MetricKind::counter, "storage_commits_total",
                                  "Transactions committed")),
      rows_(host.define_metric(MetricKind::counter, "storage_rows_total", "Updates committed")) {}

void Writer::commit(Connection& connection, std::vector<Write>& batch) {
    Refs appends, contents, others;
    for (Write& write : batch) {
        if (std::optional<Error> fault = fault_of_write(write)) {
            write.outcome = *std::move(fault);
        } else if (write.plain_append() != nullptr) {
            appends.emplace_back(write);
        } else if (const auto* content = write.get<ContentCall>();
                   content != nullptr && content->request.version == 0) {
            contents.emplace_back(write);
        } else {
            others.emplace_back(write);
        }
    }
    send(connection, appends, &Writer::append);
    if (connection.is_open()) {
        send(connection, contents, &Writer::write_contents);
    }
    for (Write& write : others) {
        if (connection.is_open()) {
            change(connection, write);
        }
    }
}

/// What no server could take.
std::optional<Error> Writer::fault_of_write(const Write& write) const {
    if (const auto* append = write.get<AppendCall>()) {
        return fault_of_append(append->request);
    }
    if (!is_text(write.document())) {
        return invalid("a name with U+0000 in it");
    }
    if (const auto* content = write.get<ContentCall>();
        content != nullptr && !is_text(content->request.text)) {
        return invalid("a text with U+0000 in it");
    }
    if (const auto* compact = write.get<CompactCall>()) {
        return is_text(compact->request.content.value_or("")) ? fault_of(compact->request)
                                                              : invalid("a text with U+0000 in it");
    }
    const auto* thin = write.get<ThinCall>();
    return thin == nullptr ? std::nullopt : fault_of(thin->request);
}

std::optional<Error> Writer::fault_of_append(const AppendRequest& request) const {
    if (request.durability > promised_) {
        return Error{Code::unsupported,
                     "the server's settings do not give the durability that was asked for", 0};
    }
    if (std::optional<Error> fault = fault_of(request)) {
        return fault;
    }
    if (!is_text(request.document) || !is_text(request.algorithm)) {
        return invalid("a name with U+0000 in it");
    }
    for (const AuthoredRun& run : request.authored) {
        if (!is_text(run.author)) {
            return invalid("an author with U+0000 in it");
        }
    }
    for (const NewVersion& version : request.versions) {
        if (!is_text(version.label) || !is_text(version.author) ||
            !is_text(version.content.value_or(""))) {
            return invalid("a version with U+0000 in it");
        }
    }
    std::uint64_t bytes = 0;
    for (const Row& row : request.rows) {
        bytes += row.update.size();
    }
    if (bytes > append_bytes_max) {
        return Error{Code::limit,
                     "an append of " + std::to_string(bytes) + " bytes to " + request.document +
                         ": PostgreSQL takes " + std::to_string(append_bytes_max),
                     0};
    }
    return std::nullopt;
}

/// In a transaction of its own. A document's key stays; where it stands does not.
void Writer::change(Connection& connection, Write& write) {
    known_.erase(write.document());
    history_.run(connection, write);
    if (write.outcome && *write.outcome) {
        host_.record(commits_, 1);
        health_.worked();
        if (const auto* append = write.get<AppendCall>()) {
            host_.record(rows_, static_cast<double>(append->request.rows.size()));
        }
    } else if (write.outcome && connection.is_open()) {
        note(write.outcome->error());
    }
}

/// A server that answers, and cannot write.
void Writer::note(const Error& error) {
    if (concerns_everyone(error.code)) {
        health_.failed(error.message);
    }
}

/// All together, and each alone if that was refused. What has no outcome then was not sent, or is in doubt.
void Writer::send(Connection& connection, const Refs& writes, Sending sending) {
    if (writes.empty()) {
        return;
    }
    const Result<void> together = (this->*sending)(connection, writes);
    if (together) {
        health_.worked();
        return;
    }
    if (connection.is_open()) {
        note(together.error());
    }
    const bool each_alone = writes.size() > 1 && !concerns_everyone(together.error().code);
    for (Write& write : writes) {
        if (!connection.is_open()) {
            return;
        }
        if (write.outcome) {
            continue;
        }
        const Result<void> alone = each_alone ? (this->*sending)(connection, {write}) : together;
        if (!alone && connection.is_open()) {
            Error error = alone.error();
            error.message = "cannot write " + write.document() + ": " + error.message;
            write.outcome = std::move(error);
        }
    }
}

Result<void> Writer::append(Connection& connection, const Refs& appends) {
    if (Result<void> learned = learn(connection, appends); !learned) {
        return learned;
    }
    const Refs known = known_ones(appends);
    if (known.empty()) {
        return {};
    }
    const Result<Rows> rows = run_append(connection, known);
    if (!rows) {
        return rows.error();
    }
    take_appended(*rows, known);
    return {};
}

/// Keys and buckets of all documents; a name that was never seen gets its own, unless it gets no document.
Result<void> Writer::learn(Connection& connection, const Refs& appends) {
    if (known_.size() >= known_max) {
        known_.clear();
    }
    if (Result<void> found = find(connection, unknown_names(appends)); !found) {
        return found;
    }
    Refs fresh;
    for (Write& write : appends) {
        if (!known_.contains(write.document())) {
            if (std::optional<Error> error = unfit_as_first(*write.plain_append())) {
                write.outcome = *std::move(error);
            } else {
                fresh.emplace_back(write);
            }
        }
    }
    const std::vector<std::string> names = unknown_names(fresh);
    if (names.empty()) {
        return {};
    }
    ArrayText array;
    for (const std::string& name : names) {
        array.add(name);
    }
    const Result<Rows> added = connection.run(add_names, {std::move(array).take()});
    return added ? find(connection, names) : added.error();
}

/// In byte order.
std::vector<std::string> Writer::unknown_names(const Refs& appends) const {
    std::vector<std::string> names;
    for (const Write& write : appends) {
        if (!known_.contains(write.document())) {
            names.push_back(write.document());
        }
    }
    std::ranges::sort(names);
    return names;
}

Result<void> Writer::find(Connection& connection, const std::vector<std::string>& names) {
    if (names.empty()) {
        return {};
    }
    ArrayText array;
    for (const std::string& name : names) {
        array.add(name);
    }
    const Result<Rows> rows = connection.run(find_names, {std::move(array).take()});
    if (!rows) {
        return rows.error();
    }
    for (int i = 0; i < rows->count(); ++i) {
        known_[std::string(rows->text(i, 0))] = {rows->integer(i, 1), rows->integer(i, 2),
                                                 rows->natural(i, 3), rows->natural(i, 4)};
    }
    return {};
}

Writer::Refs Writer::known_ones(const Refs& appends) {
    Refs known;
    for (Write& write : appends) {
        if (known_.contains(write.document())) {
            known.emplace_back(write);
        } else if (!write.outcome) {
            write.outcome = Error{Code::corrupt, write.document() + " has a name and no head", 0};
        }
    }
    return known;
}

Result<Rows> Writer::run_append(Connection& connection, const Refs& appends) {
    std::uint64_t bytes = 0;
    for (const Write& write : appends) {
        bytes += write.bytes;
    }
    AppendParameters parameters(bytes);
    for (Write& write : appends) {
        const Known& known = known_.at(write.document());
        parameters.add(*write.plain_append(), known.key, known.bucket);
        // A later epoch than is known begins below.
        const bool same_epoch = known.epoch == epoch_of(write.plain_append()->epoch);
        write.head_before = same_epoch ? known.head : 0;
        write.in_doubt = true;
    }
    const auto row_count = static_cast<double>(parameters.row_count());
    Result<Rows> rows = connection.run(parameters.statement(), std::move(parameters).take());
    if (rows || connection.is_open()) {
        for (Write& write : appends) {
            write.in_doubt = false;
        }
    }
    if (rows) {
        host_.record(commits_, 1);
        host_.record(rows_, row_count);
    }
    return rows;
}

void Writer::take_appended(const Rows& rows, const Refs& appends) {
    std::unordered_map<std::int64_t, int> row_of;
    for (int i = 0; i < rows.count(); ++i) {
        row_of.emplace(rows.integer(i, 0), i);
    }
    for (Write& write : appends) {
        const AppendRequest& request = *write.plain_append();
        const auto known = known_.find(request.document);
        const auto found = row_of.find(known->second.key);
        if (found == row_of.end()) {
            known_.erase(
                known);  // another database has come in the place of ours: it is sent again
            continue;
        }
        const int row = found->second;
        const std::uint64_t head = rows.natural(row, 2);
        known->second.head = head;
        known->second.epoch = rows.natural(row, 3);
        if (rows.boolean(row, 1)) {
            write.outcome =
                StorageDone{{head + 1, head + request.rows.size()}, rows.natural(row, 5)};
            known->second.head = head + request.rows.size();
        } else if (request.expect_seq && *request.expect_seq != head) {
            write.outcome = conflict(request.document + " is at seq " + std::to_string(head) +
                                     ", not " + std::to_string(*request.expect_seq));
        } else if (epoch_of(request.epoch) != rows.natural(row, 3)) {
            write.outcome =
                other_epoch(request.document, rows.natural(row, 3), epoch_of(request.epoch));
        } else {
            write.outcome = conflict(request.document + " is stored as " +
                                     std::string(rows.text(row, 4)) + ", not " + request.algorithm);
        }
    }
}

Result<void> Writer::resolve(Connection& connection, std::vector<Write>& doubts) {
    const Refs all(doubts.begin(), doubts.end());
    if (Result<void> found = find(connection, unknown_names(all)); !found) {
        return found;
    }
    ArrayText keys, buckets, heads, counts, first_marks, last_marks;
    for (const Write& write : doubts) {
        const auto known = known_.find(write.document());
        if (known != known_.end()) {
            const std::vector<Row>& rows = write.plain_append()->rows;
            keys.add(known->second.key);
            buckets.add(known->second.bucket);
            heads.add(write.head_before);
            counts.add(rows.size());
            first_marks.add(static_cast<std::int64_t>(rows.front().mark));
            last_marks.add(static_cast<std::int64_t>(rows.back().mark));
        }
    }
    const Result<Rows> rows =
        connection.run(find_rows, {std::move(keys).take(), std::move(buckets).take(),
                                   std::move(heads).take(), std::move(counts).take(),
                                   std::move(first_marks).take(), std::move(last_marks).take()});
    if (!rows) {
        return rows.error();
    }
    take_found(*rows, doubts);
    return {};
}

void Writer::take_found(const Rows& rows, std::vector<Write>& doubts) {
    std::unordered_map<std::int64_t, int> row_of;
    for (int i = 0; i < rows.count(); ++i) {
        row_of.emplace(rows.integer(i, 0), i);
    }
    for (Write& write : doubts) {
        write.in_doubt = false;
        const AppendRequest& request = *write.plain_append();
        const auto known = known_.find(request.document);
        const auto found = known == known_.end() ? row_of.end() : row_of.find(known->second.key);
        if (found == row_of.end()) {
            continue;
        }
        const std::uint64_t seq = rows.natural(found->second, 2);
        if (seq != 0) {
            write.outcome =
                StorageDone{{seq, seq + request.rows.size() - 1}, rows.natural(found->second, 3)};
            known->second.head = std::max(known->second.head, seq + request.rows.size() - 1);
        } else if (request.expect_seq && rows.natural(found->second, 1) > write.head_before) {
            // Compacted meanwhile, so its mark is gone. To do it again is harmless only without a condition.
            write.outcome = Error{Code::timeout,
                                  "whether an append to " + request.document +
                                      " happened is unknown: read it back",
                                  0};
        }
    }
}

Result<void> Writer::write_contents(Connection& connection, const Refs& contents) {
    ArrayText names, epochs, seqs, texts;
    for (Write& write : contents) {
        const ContentRequest& request = write.get<ContentCall>()->request;
        names.add(request.document);
        epochs.add(epoch_of(request.epoch));
        seqs.add(request.seq);
        texts.add(request.text);
    }
    const Result<Rows> rows =
        connection.run(write_texts, {std::move(names).take(), std::move(epochs).take(),
                                     std::move(seqs).take(), std::move(texts).take()});
    if (!rows) {
        return rows.error();
    }
    std::unordered_map<std::string_view, int> found;
    for (int i = 0; i < rows->count(); ++i) {
        found.emplace(rows->text(i, 0), i);
    }
    for (Write& write : contents) {
        write.outcome = found.contains(write.document()) ? Result<StorageDone>(StorageDone{})
                                                         : never_written(write.document());
    }
    return {};
}

}  // namespace weft::postgres
