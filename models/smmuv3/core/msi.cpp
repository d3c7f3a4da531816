// How an MSI is made and sent.  Arm IHI 0070 G.b, 3.18.1, 4.7.3.
#include "smmuv3/core/msi.h"

#include "smmuv3/core/attributes.h"

namespace smmu::core {

Msi make_msi(uint64_t address, uint32_t data, uint8_t mem_attr, uint8_t sh,
             const Features& features) {
    // The rules of STE.MemAttr and SHCFG, on a write that brings nothing of its own.
    Overrides written;
    written.replace_type = true;
    written.mem_attr = mem_attr;
    written.sh = sh == 0b01 ? uint8_t{0b00} : sh;
    const uint64_t physical = (uint64_t{1} << features.output_address_bits) - 1;
    return {address != 0, address & physical, data, apply(written, arch::default_attributes)};
}

Msi msi_of(const arch::Sync& sync, const Features& features) {
    using arch::Sync;
    if (!features.msi || sync[Sync::CS] != arch::CompletionSignal::Irq) return {};
    return make_msi(sync[Sync::MSIAddress], sync[Sync::MSIData], sync[Sync::MSIAttr],
                    sync[Sync::MSH], features);
}

bool send(const Msi& msi, Memory& memory) {
    MemoryAccess access;
    access.purpose = Purpose::Msi;
    access.address = msi.address;
    access.size = sizeof msi.data;
    access.attributes = msi.attributes;
    const uint64_t word = msi.data;
    return memory.write(access, &word).done();
}

}  // namespace smmu::core
