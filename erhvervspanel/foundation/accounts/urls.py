"""The pages of the log-in that there are. Signing up, mail addresses and forgotten passwords are not among them."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from allauth.socialaccount import views as social
from django.urls import include, path

from erhvervspanel.foundation.accounts.views import confirm_at_the_municipality, kept_form

urlpatterns = [
    path("log-ind/", account.login, name="account_login"),
    path("log-ud/", account.logout, name="account_logout"),
    path("lukket/", account.account_inactive, name="account_inactive"),
    path("bekraeft/", account.reauthenticate, name="account_reauthenticate"),
    path("fortsaet/", kept_form, name="kept-form"),
    path("totrin/", second_factor.index, name="mfa_index"),
    path("totrin/kode/", second_factor.authenticate, name="mfa_authenticate"),
    path("totrin/bekraeft/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("totrin/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("totrin/app/fjern/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("totrin/engangskoder/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("totrin/engangskoder/nye/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("totrin/engangskoder/hent/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("totrin/noegler/", passkey.list_webauthn, name="mfa_list_webauthn"),
    path("totrin/noegler/ny/", passkey.add_webauthn, name="mfa_add_webauthn"),
    path("totrin/noegler/bekraeft/", passkey.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("totrin/noegler/<int:pk>/", passkey.edit_webauthn, name="mfa_edit_webauthn"),
    path("totrin/noegler/<int:pk>/fjern/", passkey.remove_webauthn, name="mfa_remove_webauthn"),
    path("oidc/bekraeft/", confirm_at_the_municipality, name="account_reauthenticate_at_the_municipality"),
    path("oidc/afbrudt/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("oidc/fejl/", social.login_error, name="socialaccount_login_error"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]  # fmt: skip
