#include "diff_steps.hpp"

#include "json_text.hpp"

#include <utility>

namespace weft::yjs {
namespace {

void append_format(std::string& out, std::string_view key, std::string_view value) {
    out += out.empty() ? "" : ",";
    append_json_string(out, key);
    out += ':';
    out += value;
}

std::string as_member(const std::string& formats) {
    return formats.empty() ? formats : ",\"attributes\":{" + formats + "}";
}

}  // namespace

// ---- formats ----

void FormatChanges::set(Formats& formats, std::string_view key, std::string_view value) {
    if (value == "null") {
        formats.erase(key);
    } else {
        formats[key] = value;
    }
    const auto before = before_.find(key);
    const auto after = after_.find(key);
    const bool both = before != before_.end() && after != after_.end();
    const bool same =
        both ? before->second == after->second : before == before_.end() && after == after_.end();
    if (same) {
        different_.erase(key);
    } else {
        different_.insert(key);
    }
    after_shown_ = false;
    changes_shown_ = false;
}

const std::string& FormatChanges::after() {
    if (!std::exchange(after_shown_, true)) {
        std::string all;
        for (const auto& [key, value] : after_) {
            append_format(all, key, value);
        }
        after_text_ = as_member(all);
    }
    return after_text_;
}

const std::string& FormatChanges::changes() {
    if (!std::exchange(changes_shown_, true)) {
        std::string changed;
        for (const std::string_view key : different_) {
            const auto after = after_.find(key);
            append_format(changed, key, after == after_.end() ? "null" : after->second);
        }
        changes_text_ = as_member(changed);
    }
    return changes_text_;
}

// ---- steps ----

void DiffSteps::keep(std::uint64_t units, const std::string& attributes) {
    add({Kind::keep, true, units, 0, {}, attributes}, {});
}

void DiffSteps::insert(std::string_view content, bool is_text, std::uint64_t actor,
                       const std::string& attributes) {
    add({Kind::insert, is_text, 0, actor, {}, attributes}, content);
}

void DiffSteps::remove(std::string_view content, bool is_text) {
    add({Kind::remove, is_text, 0, 0, {}, {}}, content);
}

void DiffSteps::add(Step step, std::string_view content) {
    const bool joins = step.kind == step_.kind && step.is_text == step_.is_text &&
                       step.actor == step_.actor && step.attributes == step_.attributes;
    if (!joins) {
        flush();
        step_ = std::move(step);
    } else {
        step_.units += step.units;
        step_.content += step.is_text ? "" : ",";
    }
    step_.content += content;
}

void DiffSteps::separate() {
    *out_ += std::exchange(first_, false) ? "" : ",";
}

void DiffSteps::flush() {
    if (step_.kind == Kind::nothing) {
        return;
    }
    separate();
    if (step_.kind == Kind::keep) {
        *out_ += "{\"keep\":" + std::to_string(step_.units);
    } else {
        *out_ += step_.kind == Kind::insert ? "{\"insert\":" : "{\"delete\":";
        if (step_.is_text) {
            append_json_string(*out_, step_.content);
        } else {
            *out_ += "[" + step_.content + "]";
        }
    }
    *out_ += step_.attributes;
    if (step_.kind == Kind::insert) {
        *out_ += ",\"actor\":\"" + std::to_string(step_.actor) + "\"";
    }
    *out_ += '}';
    differs_ = differs_ || step_.kind != Kind::keep || !step_.attributes.empty();
    step_ = Step{};
}

void DiffSteps::begin_nested(const std::string& attributes) {
    if (step_.kind != Kind::keep || !step_.attributes.empty()) {
        flush();
    }
    nested_at_ = out_->size();
    nested_first_ = first_;
    nested_step_ = step_;
    nested_attributes_ = attributes;
    flush();
    separate();
    *out_ += "{\"keep\":1" + attributes + ",\"changes\":";
}

void DiffSteps::end_nested(bool differs) {
    if (differs) {
        *out_ += '}';
        differs_ = true;
        return;
    }
    out_->resize(nested_at_);
    first_ = nested_first_;
    step_ = std::move(nested_step_);
    keep(1, nested_attributes_);
}

bool DiffSteps::finish() {
    flush();
    return differs_;
}

}  // namespace weft::yjs
