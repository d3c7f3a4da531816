// Threads of masters: each does one access at a time, however long that takes.
#pragma once
#include <functional>
#include <memory>
#include <systemc>
#include <vector>

namespace smmu::test {

class Masters {
public:
    /// To be made before the simulation starts.
    explicit Masters(unsigned count) {
        for (unsigned i = 0; i < count; ++i) {
            masters_.push_back(std::make_unique<Master>());
            sc_core::sc_spawn([m = masters_.back().get()] { m->run(); },
                              sc_core::sc_gen_unique_name("master"));
        }
    }

    /// Lets one that has nothing to do begin in the next delta cycle; false if there is none.
    bool begin(std::function<void()> access) {
        for (auto& m : masters_)
            if (!m->access) {
                m->access = std::move(access);
                m->go.notify(sc_core::SC_ZERO_TIME);
                return true;
            }
        return false;
    }
    unsigned busy() const {
        unsigned n = 0;
        for (const auto& m : masters_) n += m->access != nullptr;
        return n;
    }

private:
    struct Master {
        std::function<void()> access;
        sc_core::sc_event go;
        void run() {
            for (;;) {
                while (!access) sc_core::wait(go);
                access();
                access = nullptr;
            }
        }
    };
    std::vector<std::unique_ptr<Master>> masters_;
};

}  // namespace smmu::test
