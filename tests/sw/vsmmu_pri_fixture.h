// A guest whose second device asks for pages.
#pragma once
#include "tests/sw/vsmmu_fixture.h"

namespace smmu::test {

/// Two devices: 5, which stalls, and 6, which asks for pages; the host knows them as 8 and 9.
struct VsmmuPri : VsmmuTest {
    // Bits of a request.
    static constexpr uint64_t read = uint64_t{1} << 60, write = uint64_t{1} << 61,
                              last = uint64_t{1} << 62, with_pasid = uint64_t{1} << 63;
    static constexpr uint64_t execute = uint64_t{1} << 59, privileged = uint64_t{1} << 58;
    static constexpr uint64_t pasid12 = uint64_t{0x12} << 32;

    static constexpr uint64_t requests_at = 0x8003'0000;
    CountedPci pci;

    void SetUp() override {
        smmu.set<arch::Idr0>((smmu.get<arch::Idr0>().raw() & ~(3u << 24)) | 1u << 16 | 1u << 10);
        smmu.set<arch::Idr1>(smmu.get<arch::Idr1>().raw() | 4u << 11 | 8u << 6);
        boot();
        ASSERT_EQ(iommu.assign({{0x09}, 6, false, false, true, &pci, true}), Errno::None);
        vsmmu.start(iommu, guest, {&event, &gerror, &command_sync, &page_request, &messages});
        put_ste(guest_s1_word0, guest_s1_word1);
        put_ste(guest_s1_word0, guest_s1_word1 | 1u << 28, 6);
        set<arch::PriqBase>(requests_at | 2);
        enable();
        set<arch::IrqCtrl>(7);
        set<arch::Cr0>(0xF);
        smmu.consumed.clear();
    }
    /// A request of the second device that has come to the host; the VMM looks at once.
    bool ask(uint64_t bits, uint64_t address_and_index, uint64_t stream = 9) {
        const bool taken = iommu.take(arch::PageRequest{{{bits | stream, address_and_index}}});
        vsmmu.deliver();
        return taken;
    }
    uint64_t request(unsigned n, unsigned word) {
        return guest.word(requests_at + 16 * (n % 4) + 8 * word);
    }
    void consume(uint32_t cons) { set<arch::PriqCons>(cons); }
};

}  // namespace smmu::test
