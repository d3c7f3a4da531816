// A queue in one block of memory, which it keeps: std::deque takes and gives back blocks as it moves on.
#pragma once
#include <cstddef>
#include <utility>
#include <vector>

namespace smmu {

template <class T>
class Ring {
public:
    bool empty() const { return first_ == end_; }
    size_t size() const { return end_ - first_; }
    /// From the front on.
    T& operator[](size_t i) { return items_[(first_ + i) & mask_]; }
    const T& operator[](size_t i) const { return items_[(first_ + i) & mask_]; }
    T& front() { return (*this)[0]; }
    const T& front() const { return (*this)[0]; }

    void push(const T& item) {
        if (size() > mask_) grow();
        items_[end_++ & mask_] = item;
    }
    void pop() { ++first_; }
    void clear() { first_ = end_; }

private:
    void grow() {
        std::vector<T> larger(2 * items_.size());
        const size_t n = size();
        for (size_t i = 0; i < n; ++i) larger[i] = std::move((*this)[i]);
        items_.swap(larger);
        mask_ = items_.size() - 1;
        first_ = 0;
        end_ = n;
    }

    std::vector<T> items_ = std::vector<T>(16);  ///< a power of two of them
    size_t mask_ = items_.size() - 1;
    size_t first_ = 0, end_ = 0;  ///< counted on and on
};

}  // namespace smmu
