; The Windows installer of Steelyard: for one user, without administrator rights. packaging/windows/make compiles it.
;
; Given with -D: VERSION, FOLDER (the bundle), ICONS, SIZE (its kilobytes), REMOVAL (the lines that remove each of its
; files, and nothing else), OUT; and SIGN, a command that signs a file, where there is a certificate.
;
; Run as SETUP.exe /S [/D=FOLDER] it asks nothing; exit code 0 done, 2 it could not be done, 3 Steelyard is running.
;
; Not run on Windows; packaging/windows/make says what was shown on Linux.

Unicode true
SetCompressor /SOLID lzma
!include LogicLib.nsh
!include MUI2.nsh
!include WinVer.nsh
!include x64.nsh

!define CLASSES "Software\Classes"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Steelyard"
!define STUDY "Steelyard.Study"
!define TABLE "Steelyard.Table"

Name "Steelyard"
BrandingText "Steelyard ${VERSION}"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\Steelyard"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
ManifestDPIAware true
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Steelyard"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Installs Steelyard"
VIAddVersionKey "CompanyName" "The Steelyard developers"
VIAddVersionKey "LegalCopyright" "MIT licence"
!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"'
  !finalize '${SIGN} "%1"'
!endif

!define MUI_ICON "${ICONS}\steelyard.ico"
!define MUI_UNICON "${ICONS}\steelyard.ico"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\steelyard.exe"
!define MUI_FINISHPAGE_RUN_TEXT "Start Steelyard"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!define MUI_UNCONFIRMPAGE_TEXT_TOP "Steelyard will be removed. Your studies, settings and the log stay where they are."
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A program that runs cannot be opened for writing.
!macro LookAt program
  ${If} ${FileExists} "$INSTDIR\${program}"
    ClearErrors
    FileOpen $0 "$INSTDIR\${program}" a
    ${If} ${Errors}
      StrCpy $1 "runs"
    ${Else}
      FileClose $0
    ${EndIf}
  ${EndIf}
!macroend

!macro WaitUntilClosed un
Function ${un}WaitUntilClosed
  ${Do}
    StrCpy $1 ""
    !insertmacro LookAt "steelyard.exe"
    !insertmacro LookAt "steelyard-cli.exe"
    ${If} $1 == ""
      Return
    ${EndIf}
    ${If} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION \
        "Steelyard is running. Close its windows, then choose Retry. Nothing has been changed." /SD IDCANCEL IDCANCEL`
      SetErrorLevel 3
      Quit
    ${EndIf}
  ${Loop}
FunctionEnd
!macroend
!insertmacro WaitUntilClosed ""
!insertmacro WaitUntilClosed "un."

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "Steelyard needs Windows 10 or newer with 64 bits. Nothing was installed." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
FunctionEnd

; What an older version installed is removed by its own uninstaller, which knows what that was.
Function RemoveOlder
  ${IfNot} ${FileExists} "$INSTDIR\uninstall.exe"
    Return
  ${EndIf}
  DetailPrint "Removing the version that is there"
  ClearErrors
  ExecWait '"$INSTDIR\uninstall.exe" /S _?=$INSTDIR' $0
  ${If} ${Errors}
  ${OrIf} $0 <> 0
    MessageBox MB_OK|MB_ICONSTOP \
      "The version of Steelyard that is there could not be removed. Your studies are safe; remove it in the settings of \
Windows, then install this one." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  Delete "$INSTDIR\uninstall.exe"
FunctionEnd

Section "Steelyard"
  Call WaitUntilClosed
  Call RemoveOlder
  SetOutPath "$INSTDIR"
  ClearErrors
  File /r "${FOLDER}\*"
  File "${ICONS}\application-x-steelyard.ico"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  ${If} ${Errors}
    MessageBox MB_OK|MB_ICONSTOP "Steelyard could not be written to $INSTDIR. Choose another folder." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  CreateShortcut "$SMPROGRAMS\Steelyard.lnk" "$INSTDIR\steelyard.exe"

  WriteRegStr HKCU "${CLASSES}\${STUDY}" "" "Steelyard study"
  WriteRegStr HKCU "${CLASSES}\${STUDY}\DefaultIcon" "" '"$INSTDIR\application-x-steelyard.ico"'
  WriteRegStr HKCU "${CLASSES}\${STUDY}\shell\open\command" "" '"$INSTDIR\steelyard.exe" "%1"'
  WriteRegStr HKCU "${CLASSES}\.steelyard" "" "${STUDY}"
  WriteRegStr HKCU "${CLASSES}\.steelyard" "Content Type" "application/x-steelyard"
  WriteRegStr HKCU "${CLASSES}\.steelyard\OpenWithProgids" "${STUDY}" ""

  ; Offered for tables under "Open with"; what opens them by itself stays what it was.
  WriteRegStr HKCU "${CLASSES}\${TABLE}" "" "Table of scores"
  WriteRegStr HKCU "${CLASSES}\${TABLE}\shell\open" "FriendlyAppName" "Steelyard"
  WriteRegStr HKCU "${CLASSES}\${TABLE}\shell\open\command" "" '"$INSTDIR\steelyard.exe" "%1"'
  WriteRegStr HKCU "${CLASSES}\.csv\OpenWithProgids" "${TABLE}" ""
  WriteRegStr HKCU "${CLASSES}\.tsv\OpenWithProgids" "${TABLE}" ""
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Steelyard"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\steelyard.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Steelyard developers"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${SIZE}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

; /ifempty asks for keys below a key, not for its values: those of other programs must stay.
!macro DropIfBare key
  ClearErrors
  EnumRegValue $0 HKCU "${CLASSES}\${key}" 0
  ${If} ${Errors}
    DeleteRegKey /ifempty HKCU "${CLASSES}\${key}"
  ${EndIf}
!macroend

Section "Uninstall"
  Call un.WaitUntilClosed
  !include "${REMOVAL}"
  Delete "$INSTDIR\application-x-steelyard.ico"
  Delete "$INSTDIR\uninstall.exe"
  SetOutPath "$TEMP"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Steelyard.lnk"

  ReadRegStr $0 HKCU "${CLASSES}\.steelyard" ""
  ${If} $0 == "${STUDY}"
    DeleteRegValue HKCU "${CLASSES}\.steelyard" ""
    DeleteRegValue HKCU "${CLASSES}\.steelyard" "Content Type"
  ${EndIf}
  DeleteRegValue HKCU "${CLASSES}\.steelyard\OpenWithProgids" "${STUDY}"
  DeleteRegValue HKCU "${CLASSES}\.csv\OpenWithProgids" "${TABLE}"
  DeleteRegValue HKCU "${CLASSES}\.tsv\OpenWithProgids" "${TABLE}"
  !insertmacro DropIfBare ".steelyard\OpenWithProgids"
  !insertmacro DropIfBare ".csv\OpenWithProgids"
  !insertmacro DropIfBare ".tsv\OpenWithProgids"
  !insertmacro DropIfBare ".steelyard"
  !insertmacro DropIfBare ".csv"
  !insertmacro DropIfBare ".tsv"
  DeleteRegKey HKCU "${CLASSES}\${STUDY}"
  DeleteRegKey HKCU "${CLASSES}\${TABLE}"
  DeleteRegKey HKCU "${UNINSTALL}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd
