// Writes JSON that a person can read and diff: nested objects from dotted paths, whole numbers
// only.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace smmu {

/// value("a.b", 1), value("a.c", 2) make {"a": {"b": 1, "c": 2}}; what belongs to one object must
/// come together.
class JsonText {
public:
    /// `text` is a JSON value already: a number, true, false or a quoted string.
    void value(std::string_view path, std::string_view text);
    void value(std::string_view path, uint64_t number) { value(path, std::to_string(number)); }

    /// The whole object, with a line end.
    std::string finish();

private:
    void begin_line();
    void move_to(std::string_view group);
    bool within(std::string_view group) const;
    size_t depth() const;

    std::string out_;
    std::string group_;  ///< the object that is open
    bool first_ = true;  ///< nothing in it yet
};

}  // namespace smmu
