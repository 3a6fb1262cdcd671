#include "update.hpp"

#include "utf8.hpp"

#include <algorithm>

namespace weft::rga {
namespace {

constexpr std::uint8_t version = 1;
// Far from the greatest varuint, so that no sum or clock that continues another passes that.
constexpr std::uint64_t clock_max = std::uint64_t{1} << 52;

void read_operation(Reader& reader, const Id& id, Operation& operation) {
    operation = {};
    operation.id = id;
    const std::uint8_t kind = reader.u8();
    if (kind > 2) {
        reader.fail();
        return;
    }
    operation.kind = static_cast<Operation::Kind>(kind);
    if (operation.kind == Operation::Kind::insert_first) {
        operation.root = reader.varstring();
    } else {
        operation.target = {reader.varuint(), reader.varuint()};
    }
    if (operation.inserts()) {
        operation.sum = reader.varuint();
        operation.text = reader.varstring();
    } else {
        operation.length = reader.varuint();
    }
}

bool is_valid(Operation& operation) {
    if (operation.inserts()) {
        const auto size = measure(operation.text);
        if (!size || !measure(operation.root)) {
            return false;
        }
        operation.length = size->characters;
    }
    const bool refers = operation.kind != Operation::Kind::insert_first;
    const bool small = operation.length <= clock_max && operation.end() <= clock_max &&
                       operation.sum + operation.length <= clock_max &&
                       operation.target.clock <= clock_max;
    const bool to_itself = refers && small && operation.target.actor == operation.id.actor &&
                           operation.last_target().clock >= operation.id.clock;
    return operation.length > 0 && small && !to_itself;
}

/// Checks the operations of a section; gives the clock behind them, 0 if they are malformed.
std::uint64_t check_operations(const OperationRun& run) {
    Reader reader(run.bytes);
    std::uint64_t clock = run.clock;
    while (!reader.at_end()) {
        Operation operation;
        read_operation(reader, {run.actor, clock}, operation);
        if (!reader.ok() || !is_valid(operation)) {
            return 0;
        }
        clock = operation.end();
    }
    return clock;
}

}  // namespace

std::size_t Operation::offset_of(std::uint64_t character) const {
    const bool one_each = text.size() == length;  // ASCII
    return one_each ? character : offset_of_character(text, character);
}

Operation Operation::without(std::uint64_t characters) const {
    Operation rest = *this;
    rest.kind = Kind::insert_behind;
    rest.id.clock += characters;
    rest.target = {id.actor, id.clock + characters - 1};
    rest.sum += characters;
    rest.length -= characters;
    rest.root = {};
    rest.text.remove_prefix(offset_of(characters));
    return rest;
}

Operation Operation::first(std::uint64_t characters) const {
    Operation begin = *this;
    begin.length = characters;
    begin.text = text.substr(0, offset_of(characters));
    return begin;
}

bool OperationRun::next(Operation& operation) {
    if (at_end()) {
        return false;
    }
    Reader reader(bytes);
    read_operation(reader, {actor, clock}, operation);
    if (operation.inserts()) {
        operation.length = measure(operation.text)->characters;
    }
    clock = operation.end();
    bytes = bytes.last(reader.remaining());
    return true;
}

Result<std::vector<OperationRun>> read_update(BytesView update) {
    Reader reader(update);
    if (reader.u8() != version) {
        return Error::malformed("this is no update of the format rga-update-v1");
    }
    std::vector<OperationRun> runs;
    Id behind;  // the last section
    while (!reader.at_end()) {
        OperationRun run;
        run.actor = reader.varuint();
        run.clock = reader.varuint();
        run.bytes = reader.varbytes();
        const bool ascends = runs.empty() || Id{run.actor, run.clock} >= behind;
        if (!reader.ok() || !ascends || run.bytes.empty() || run.clock > clock_max) {
            return Error::malformed("the sections of the update are cut or out of order");
        }
        behind = {run.actor, check_operations(run)};
        if (behind.clock == 0) {
            return Error::malformed("an operation of actor " + std::to_string(run.actor) +
                                    " behind clock " + std::to_string(run.clock) + " is malformed");
        }
        runs.push_back(run);
    }
    return runs;
}

// ---- writing ----

bool UpdateWriter::continues(const Operation& operation) const {
    return has_last_ && last_.inserts() && operation.kind == Operation::Kind::insert_behind &&
           operation.target == Id{last_.id.actor, last_.end() - 1} &&
           operation.sum == last_.sum + last_.length;
}

void UpdateWriter::add(const Operation& operation) {
    if (operation.id != Id{section_.actor, next_}) {
        write_section();
        section_ = operation.id;
    }
    if (continues(operation)) {
        last_text_ += operation.text;
        last_.length += operation.length;
    } else {
        write_operation();
        last_ = operation;
        last_root_ = operation.root;
        last_text_ = operation.text;
        has_last_ = true;
    }
    next_ = operation.end();
}

void UpdateWriter::finish() {
    write_section();
}

void UpdateWriter::write_operation() {
    if (!has_last_) {
        return;
    }
    Writer writer(operations_);
    writer.u8(static_cast<std::uint8_t>(last_.kind));
    if (last_.kind == Operation::Kind::insert_first) {
        writer.varstring(last_root_);
    } else {
        writer.varuint(last_.target.actor);
        writer.varuint(last_.target.clock);
    }
    if (last_.inserts()) {
        writer.varuint(last_.sum);
        writer.varstring(last_text_);
    } else {
        writer.varuint(last_.length);
    }
    has_last_ = false;
}

void UpdateWriter::write_section() {
    write_operation();
    if (!operations_.empty()) {
        Writer writer(out_);
        writer.varuint(section_.actor);
        writer.varuint(section_.clock);
        writer.varbytes(operations_);
        operations_.clear();
    }
}

void add_runs(std::vector<OperationRun> runs, const StateVector& known, UpdateWriter& writer) {
    std::sort(runs.begin(), runs.end(), [](const OperationRun& a, const OperationRun& b) {
        return Id{a.actor, a.clock} < Id{b.actor, b.clock};
    });
    Id done{0, clock_of(known, 0)};
    for (OperationRun& run : runs) {
        if (run.actor != done.actor) {
            done = {run.actor, clock_of(known, run.actor)};
        }
        Operation operation;
        while (run.next(operation)) {
            if (operation.end() <= done.clock) {
                continue;
            }
            const std::uint64_t skipped = done.clock - std::min(done.clock, operation.id.clock);
            writer.add(skipped == 0 ? operation : operation.without(skipped));
            done.clock = operation.end();
        }
    }
}

// ---- state vectors ----

std::uint64_t clock_of(const StateVector& state_vector, std::uint64_t actor) {
    const auto found = state_vector.find(actor);
    return found == state_vector.end() ? 0 : found->second;
}

Result<StateVector> decode_state_vector(BytesView bytes) {
    StateVector state_vector;
    if (bytes.empty()) {
        return state_vector;
    }
    Reader reader(bytes);
    for (std::uint64_t left = reader.varuint(); left > 0 && reader.ok(); --left) {
        const std::uint64_t actor = reader.varuint();
        const std::uint64_t clock = reader.varuint();
        if (!state_vector.empty() && state_vector.rbegin()->first >= actor) {
            reader.fail();
        }
        state_vector.emplace_hint(state_vector.end(), actor, clock);
    }
    if (!reader.ok() || !reader.at_end()) {
        return Error::malformed("the state vector is cut or out of order");
    }
    return state_vector;
}

void encode_state_vector(const StateVector& state_vector, Bytes& out) {
    Writer writer(out);
    writer.varuint(state_vector.size());
    for (const auto& [actor, clock] : state_vector) {
        writer.varuint(actor);
        writer.varuint(clock);
    }
}

}  // namespace weft::rga
