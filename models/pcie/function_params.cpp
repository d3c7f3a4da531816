// Which PCI functions can be built.
#include "pcie/function_params.h"

#include <array>

namespace smmu {
namespace {

constexpr unsigned bar_registers = 6;

bool power_of_two(uint64_t value) { return value != 0 && (value & (value - 1)) == 0; }

std::string refuse_bars(const std::vector<PciBar>& bars) {
    std::array<bool, bar_registers> taken{};
    for (const PciBar& bar : bars) {
        const std::string name = "BAR " + std::to_string(bar.index);
        const unsigned registers = bar.width == BarWidth::Bits64 ? 2 : 1;
        if (bar.index >= bar_registers || bar.index + registers > bar_registers)
            return name + " does not fit: a function has the base address registers 0 to 5";
        if (!power_of_two(bar.size) || bar.size < 16)
            return name + " needs a size that is a power of two, and 16 bytes or more";
        if (bar.width == BarWidth::Bits32 && bar.size > 0x8000'0000)
            return name + " has more than 2 GiB: make it 64 bits wide";
        for (unsigned i = bar.index; i < bar.index + registers; ++i) {
            if (taken[i]) return name + " lies over another: give each registers of its own";
            taken[i] = true;
        }
    }
    return {};
}

bool inside_a_bar(const std::vector<PciBar>& bars, unsigned index, uint64_t offset, uint64_t size) {
    for (const PciBar& bar : bars)
        if (bar.index == index) return offset % 8 == 0 && offset + size <= bar.size;
    return false;
}

std::string refuse_msix(const PciFunctionParams& params) {
    const MsixParams& msix = params.msix;
    if (msix.vectors == 0) return {};
    if (msix.vectors > 2048) return "MSI-X has at most 2048 vectors";
    const uint64_t table = msix_table_size(msix.vectors);
    const uint64_t pba = msix_pba_size(msix.vectors);
    if (!inside_a_bar(params.bars, msix.table_bar, msix.table_offset, table) ||
        !inside_a_bar(params.bars, msix.pba_bar, msix.pba_offset, pba))
        return "the MSI-X table and its pending bits need room in a BAR, at a multiple of 8";
    const uint64_t first = msix.table_offset, second = msix.pba_offset;
    if (msix.table_bar == msix.pba_bar && first < second + pba && second < first + table)
        return "the MSI-X table and its pending bits overlap";
    return {};
}

std::string refuse_translation(const PciFunctionParams& params) {
    const bool any = params.ats.present || params.pri.capacity != 0 || params.pasid.width != 0;
    if (any && params.kind != PciKind::RootComplexEndpoint)
        return "ATS, PRI and PASID need a PCI Express function: set 'kind'";
    if (params.pri.capacity != 0 && !params.ats.present) return "page requests need ATS";
    if (params.ats.invalidate_queue_depth < 1 || params.ats.invalidate_queue_depth > 32)
        return "ATS takes 1 to 32 invalidations at a time";
    if (params.pasid.width > 20) return "a PASID has at most 20 bits";
    return {};
}

}  // namespace

std::string refuse(const PciFunctionParams& params) {
    if (params.vendor == 0xFFFF) return "vendor ffff means that there is no function";
    if (params.class_code > 0xFF'FFFF) return "a class code has 24 bits";
    if (params.interrupt_pin > 4) return "an interrupt pin is 1 (INTA) to 4 (INTD), or 0 for none";
    if (params.msi_vectors != 0 && (!power_of_two(params.msi_vectors) || params.msi_vectors > 32))
        return "MSI has 1, 2, 4, 8, 16 or 32 vectors, or 0 for none";
    std::string why = refuse_bars(params.bars);
    if (why.empty()) why = refuse_msix(params);
    return why.empty() ? refuse_translation(params) : why;
}

}  // namespace smmu
