// Where objects live, and the numbers by which a caller knows them.
#pragma once
#include <stdint.h>

#include "sw_stubs/iommu_api/limits.h"

namespace smmu::sw::iommu_api {

/// What every object has.  It can be destroyed while nothing refers to it.
struct Object {
    uint32_t id = 0;     ///< 0: there is no object here
    unsigned users = 0;  ///< objects, attachments and open files that refer to it
};

/// Numbers from 1, the lowest free one first.
class Ids {
public:
    /// 0 when none is left.
    uint32_t take() {
        for (uint32_t i = 0; i < most_objects; ++i)
            if (state_[i] == State::Free) {
                state_[i] = State::Used;
                return i + 1;
            }
        return 0;
    }
    void release(uint32_t id) { state_[id - 1] = State::Free; }
    /// Its object is gone and the number is never given again: who still holds it must not meet a
    /// stranger.
    void bury(uint32_t id) { state_[id - 1] = State::Buried; }
    bool any_left() const {
        for (const State s : state_)
            if (s == State::Free) return true;
        return false;
    }

private:
    enum class State : uint8_t { Free, Used, Buried };
    State state_[most_objects]{};
};

template <class T, unsigned N>
class Pool {
public:
    /// A fresh object; null when all are in use.
    T* take(uint32_t id) {
        for (T& item : items_)
            if (item.id == 0) {
                item = T{};
                item.id = id;
                return &item;
            }
        return nullptr;
    }
    void give(T& item) { item = T{}; }
    T* find(uint32_t id) {
        if (id == 0) return nullptr;
        for (T& item : items_)
            if (item.id == id) return &item;
        return nullptr;
    }
    bool full() const {
        for (const T& item : items_)
            if (item.id == 0) return false;
        return true;
    }
    /// All places, also those with no object (id 0).
    T* begin() { return items_; }
    T* end() { return items_ + N; }

private:
    T items_[N]{};
};

}  // namespace smmu::sw::iommu_api
