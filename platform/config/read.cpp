// Reads parameters; whatever does not fit is refused by name, with what is allowed.
#include "platform/config/read.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "platform/config/parameters.h"
#include "platform/config/text.h"

namespace smmu::platform {
namespace {

namespace json = boost::json;

/// Names directly below `group` ("" for the top), as full paths, in the order of the table.
std::vector<std::string> children(std::string_view group) {
    std::vector<std::string> names;
    for (const Parameter& p : parameters()) {
        if (!group.empty() &&
            (p.path.substr(0, group.size()) != group || p.path[group.size()] != '.'))
            continue;
        const size_t from = group.empty() ? 0 : group.size() + 1;
        const std::string name(p.path.substr(0, p.path.find('.', from)));
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

bool is_group(std::string_view path) { return !find_parameter(path) && !children(path).empty(); }

std::string unknown(std::string_view path) {
    std::string text = "unknown parameter " + std::string(path);
    if (const std::string_view near = nearest_parameter(path); !near.empty())
        return text + ": did you mean " + std::string(near) + "?";
    std::string_view group = path;
    do group = group.substr(0, std::max(group.rfind('.') + 1, size_t{1}) - 1);
    while (!group.empty() && children(group).empty());
    return text + ": " + (group.empty() ? "the groups are " : std::string(group) + " has ") +
           listed(children(group));
}

std::string not_allowed(const Parameter& p, std::string_view given) {
    return std::string(p.path) + " is " + allowed(p) + ", not " + std::string(given);
}

Refusals store(Config& config, const Parameter& p, uint64_t value, std::string_view given) {
    if (!takes(p, value)) return {not_allowed(p, given)};
    p.set(config, value);
    return {};
}

/// A JSON value as the number that the table keeps; nullopt: of another type.
std::optional<uint64_t> typed(const Parameter& p, const json::value& value) {
    switch (p.kind) {
        case Kind::Number:
            if (value.is_int64() && value.get_int64() >= 0)
                return static_cast<uint64_t>(value.get_int64());
            if (value.is_uint64()) return value.get_uint64();
            return std::nullopt;
        case Kind::Flag:
            if (value.is_bool()) return value.get_bool();
            return std::nullopt;
        case Kind::Choice:
            if (value.is_string())
                return parse_value(p, {value.get_string().data(), value.get_string().size()});
            return std::nullopt;
    }
    return std::nullopt;
}

void read_object(Config& config, const json::object& object, const std::string& group,
                 Refusals& refused) {
    for (const auto& [key, value] : object) {
        const std::string path = group.empty() ? std::string(key) : group + '.' + std::string(key);
        const Parameter* p = find_parameter(path);
        Refusals more;
        if (p) {
            const std::string given = json::serialize(value);
            const auto number = typed(*p, value);
            more = number ? store(config, *p, *number, given) : Refusals{not_allowed(*p, given)};
        } else if (!is_group(path)) {
            more = {unknown(path)};
        } else if (value.is_object()) {
            read_object(config, value.get_object(), path, refused);
        } else {
            more = {path + " is a group: an object with " + listed(children(path))};
        }
        refused.insert(refused.end(), more.begin(), more.end());
    }
}

}  // namespace

Refusals read_json(Config& config, std::string_view text) {
    json::error_code error;
    json::stream_parser parser;
    const size_t taken = parser.write_some(text.data(), text.size(), error);
    if (!error && taken < text.size()) error = json::error::extra_data;
    if (!error) parser.finish(error);
    if (error) {
        const auto line =
            1 + std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(taken), '\n');
        return {"not JSON at line " + std::to_string(line) + ": " + error.message()};
    }
    const json::value root = parser.release();
    if (!root.is_object()) return {"a configuration is a JSON object with " + listed(children(""))};
    Refusals refused;
    read_object(config, root.get_object(), "", refused);
    return refused;
}

Refusals read_setting(Config& config, std::string_view setting) {
    const size_t equals = setting.find('=');
    if (equals == setting.npos)
        return {"\"" + std::string(setting) + "\" is not of the form path=value"};
    const std::string_view path = setting.substr(0, equals);
    const std::string_view given = setting.substr(equals + 1);
    const Parameter* p = find_parameter(path);
    if (!p && is_group(path))
        return {std::string(path) + " is a group: it has " + listed(children(path))};
    if (!p) return {unknown(path)};
    const auto value = parse_value(*p, given);
    return value ? store(config, *p, *value, given)
                 : Refusals{not_allowed(*p, given.empty() ? "empty" : given)};
}

}  // namespace smmu::platform
