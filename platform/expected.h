// A value, or the sentence that tells the user why there is none and what to do.
#pragma once
#include <optional>
#include <string>
#include <utility>

namespace smmu::platform {

struct Refusal {
    std::string sentence;
};

template <class T>
class Expected {
public:
    Expected(T value) : value_(std::move(value)) {}
    Expected(Refusal refusal) : refusal_(std::move(refusal.sentence)) {}

    explicit operator bool() const { return value_.has_value(); }
    const T& operator*() const { return *value_; }
    T& operator*() { return *value_; }
    const T* operator->() const { return &*value_; }
    T* operator->() { return &*value_; }
    const std::string& refusal() const { return refusal_; }

private:
    std::optional<T> value_;
    std::string refusal_;
};

}  // namespace smmu::platform
