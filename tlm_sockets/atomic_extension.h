// Compare-and-swap on a TLM payload: what hardware updates of translation tables need.
//
// The command is TLM_IGNORE_COMMAND with eight bytes of data, so that a target which does not know
// this extension changes nothing; `handled` then stays false.  Arm IHI 0070 G.b, 3.13.
#pragma once
#include <cstdint>
#include <cstring>
#include <tlm>

namespace smmu {

class AtomicExtension final : public tlm::tlm_extension<AtomicExtension> {
public:
    tlm::tlm_extension_base* clone() const override { return new AtomicExtension(*this); }
    void copy_from(const tlm::tlm_extension_base& other) override {
        *this = static_cast<const AtomicExtension&>(other);
    }

    uint64_t expected = 0;  ///< the payload's data are written only where this is found
    uint64_t found = 0;     ///< set by the target: what was there
    bool handled = false;   ///< set by the target

    /// What a target does, at the eight bytes that the payload addresses.
    void perform(void* memory, const void* data) {
        std::memcpy(&found, memory, sizeof found);
        if (found == expected) std::memcpy(memory, data, sizeof found);
        handled = true;
    }
};

}  // namespace smmu
