// Writes JSON that a person can read and diff.
#include "waveforms/json_text.h"

#include <algorithm>

namespace smmu {

void JsonText::value(std::string_view path, std::string_view text) {
    const size_t dot = path.rfind('.');
    move_to(dot == path.npos ? std::string_view{} : path.substr(0, dot));
    begin_line();
    const std::string_view name = path.substr(dot + 1);  // npos + 1 is 0
    out_.append("\"").append(name).append("\": ").append(text);
}

std::string JsonText::finish() {
    move_to("");
    return "{" + out_ + "\n}\n";
}

void JsonText::begin_line() {
    out_ += first_ ? "\n" : ",\n";
    out_.append(2 * depth(), ' ');
    first_ = false;
}

size_t JsonText::depth() const {
    return group_.empty() ? 1
                          : 2 + static_cast<size_t>(std::count(group_.begin(), group_.end(), '.'));
}

bool JsonText::within(std::string_view group) const {
    return group_.empty() || group == group_ ||
           (group.substr(0, group_.size()) == group_ && group[group_.size()] == '.');
}

void JsonText::move_to(std::string_view group) {
    while (!within(group)) {
        const size_t dot = group_.rfind('.');
        group_.resize(dot == group_.npos ? 0 : dot);
        out_ += '\n' + std::string(2 * depth(), ' ') + '}';
        first_ = false;
    }
    while (group_ != group) {
        const size_t from = group_.empty() ? 0 : group_.size() + 1;
        const std::string_view name = group.substr(from, group.find('.', from) - from);
        begin_line();
        out_.append("\"").append(name).append("\": {");
        first_ = true;
        group_ = group.substr(0, from + name.size());
    }
}

}  // namespace smmu
