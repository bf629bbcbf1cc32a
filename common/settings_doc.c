#include "common/settings_doc.h"

void nw_settings_doc_flags(struct nw_buf *out, const struct nw_setting *setting)
{
	for (size_t i = 0; i < NW_SETTING_FLAGS && setting->flags[i] != NULL; i++) {
		nw_buf_addf(out, "%s%s", i == 0 ? "" : ", ", setting->flags[i]);
	}
	if (setting->off_flag != NULL) {
		nw_buf_addf(out, "%s%s", setting->flags[0] == NULL ? "" : ", ", setting->off_flag);
	}
	if (setting->metavar != NULL) {
		nw_buf_addf(out, setting->bare != NULL ? " [%s]" : " %s", setting->metavar);
	}
}

void nw_settings_doc_default(struct nw_buf *out, const struct nw_setting *setting)
{
	const char *value = setting->fallback != NULL ? setting->fallback : setting->none;

	if (setting->type == NW_SETTING_BOOL && value != NULL) {
		value = "on";
	}
	if (setting->type >= NW_SETTING_HELP) {
		return;
	}
	nw_buf_addf(out, " [default: %s", value != NULL ? value : "off");
	if (setting->env != NULL) {
		nw_buf_addf(out, ", or %s$%s", setting->env_prefix != NULL ? setting->env_prefix : "", setting->env);
	}
	nw_buf_addc(out, ']');
}
